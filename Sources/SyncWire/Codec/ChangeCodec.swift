import SyncCore

/// One change of a set, with the replicas that its dots may name.
struct ChangeCodec {
    /// Index 0.
    let replica: ReplicaID
    /// Index 1 and on.
    var others: IndexTable<ReplicaID>
    /// Read so far, in all changes.
    private var fieldCount = 0

    init(replica: ReplicaID, others: IndexTable<ReplicaID>) {
        self.replica = replica
        self.others = others
    }

    func write(_ change: Change, to writer: inout WireWriter) {
        writer.id(1, change.record)
        writer.number(2, UInt64(change.type))
        switch change.effect {
        case .write(let write): self.write(write, to: &writer)
        case .witness(let state):
            writer.message(8) { RecordStateCodec.write(type: change.type, id: change.record, state: state, to: &$0) }
        }
    }

    private func write(_ write: Write, to writer: inout WireWriter) {
        if write.rule == nil {
            precondition(write.dot.replica == replica, "a set's writes are under its own replica's dots")
            writer.number(3, write.dot.n)
        }
        writer.flag(4, write.creates)
        if let rule = write.rule {
            precondition(write.dot.n == 1, "a rule writes a record once")
            writer.id(5, rule)
            writer.fixed(6, write.dot.replica.raw)
        }
        for field in write.fields {
            writer.message(7) { self.write(field, to: &$0) }
        }
    }

    private func write(_ field: FieldWrite, to writer: inout WireWriter) {
        writer.number(1, UInt64(field.tag))
        if let value = field.value { ValueCodec.write(value, to: &writer) }
        if field.overwrites.isEmpty { return }
        writer.message(15) {
            for dot in field.overwrites {
                $0.varint(dot.replica == replica ? 0 : others.index(of: dot.replica) + 1)
                $0.varint(dot.n)
            }
        }
    }

    mutating func read(_ reader: inout WireReader) throws(WireError) -> Change {
        let record = try reader.requiredID(1)
        let type = try reader.number32(2)
        guard type > 0 else { throw reader.malformed("a type is missing") }
        let write = try readWrite(&reader)
        let witness = try reader.message(8, RecordStateCodec.read)
        try reader.finish("Change", last: 8)
        switch (write, witness) {
        case (let write?, nil):
            if let rule = write.rule, !RuleWrite.isGenuine(write, rule: rule, type: type, record: record) {
                throw reader.malformed("a rule's write is not under the dot of its content")
            }
            return Change(type: type, record: record, effect: .write(write))
        //
        case (nil, let witness?) where witness.id == record && witness.type == type:
            return Change(type: type, record: record, effect: .witness(witness.state))
        default: throw reader.malformed("a change is neither a write nor a witness of its record")
        }
    }

    /// Fields 3 to 7; nil when none of them is there.
    private mutating func readWrite(_ reader: inout WireReader) throws(WireError) -> Write? {
        let n = try reader.number(3, max: Limits.dotNumberMax)
        let creates = try reader.flag(4)
        let rule = try reader.optionalID(5)
        let ruleDot = try reader.fixed(6)
        let fields = try readFields(&reader)
        let isWrite = (n == 0) != (rule == nil) && (rule != nil || ruleDot == 0)
        if isWrite {
            let dot = rule == nil ? Dot(replica, n) : Dot(ReplicaID(ruleDot), 1)
            return Write(dot: dot, creates: creates, rule: rule, fields: fields)
        }
        guard n == 0, !creates, ruleDot == 0, fields.isEmpty else {
            throw reader.malformed("a write has no dot, or two")
        }
        return nil
    }

    private mutating func readFields(_ reader: inout WireReader) throws(WireError) -> [FieldWrite] {
        var fields: [FieldWrite] = []
        while reader.take(7, .bytes) {
            guard fields.count < Limits.fieldsPerChangeMax else {
                throw .tooLarge(what: "fields in a change", limit: Limits.fieldsPerChangeMax)
            }
            fieldCount += 1
            guard fieldCount <= Limits.changeSetFieldsMax else {
                throw .tooLarge(what: "fields in a set", limit: Limits.changeSetFieldsMax)
            }
            let field = try reader.nested { reader throws(WireError) in try readField(&reader) }
            guard (fields.last?.tag ?? 0) < field.tag else {
                throw reader.malformed("fields are out of order or repeated")
            }
            fields.append(field)
        }
        return fields
    }

    private mutating func readField(_ reader: inout WireReader) throws(WireError) -> FieldWrite {
        let tag = try reader.number32(1)
        let value = try ValueCodec.read(&reader)
        var overwrites: [Dot] = []
        try reader.packed(15) { reader throws(WireError) in
            let index = try reader.varint()
            let named = index == 0 ? replica : others.use(index - 1)
            let dot = try reader.dot(named, try reader.varint())
            if let last = overwrites.last, last >= dot { throw reader.malformed("dots are out of order or repeated") }
            overwrites.append(dot)
        }
        try reader.finish("FieldWrite", last: 15)
        return FieldWrite(tag: tag, value: value, overwrites: overwrites)
    }
}
