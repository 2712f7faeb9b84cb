import SyncCore

extension RecordStateCodec {
    static func read(
        _ reader: inout WireReader
    ) throws(WireError) -> (type: TypeTag, id: RecordID, state: RecordState) {
        let id = try reader.requiredID(1)
        let type = try reader.number32(2)
        guard type > 0 else { throw reader.malformed("a type is missing") }
        var parts = StateReader(
            start: id.milliseconds, replicas: try reader.replicas(3), authors: try readAuthors(&reader))
        try parts.readKnown(&reader)
        try parts.readWrites(&reader)
        try parts.readSuperseded(&reader)
        try reader.finish("RecordState", last: 7)
        return (type, id, try parts.state(reader))
    }

    private static func readAuthors(_ reader: inout WireReader) throws(WireError) -> IndexTable<RecordID> {
        var authors: [RecordID] = []
        while let author = try reader.optionalID(4) { authors.append(author) }
        guard let table = IndexTable(sorted: authors) else {
            throw reader.malformed("authors are out of order or repeated")
        }
        return table
    }
}

/// The parts of a state, in the order in which they are read. Every demand here closes a second form of one state.
private struct StateReader {
    /// The milliseconds in the record's id.
    let start: Int64
    var replicas: IndexTable<ReplicaID>
    var authors: IndexTable<RecordID>
    private var known = KnownDots()
    private var entries: [SiblingEntry] = []
    private var superseded: [(tag: FieldTag, dot: Dot)] = []

    init(start: Int64, replicas: IndexTable<ReplicaID>, authors: IndexTable<RecordID>) {
        self.start = start
        self.replicas = replicas
        self.authors = authors
    }

    mutating func readKnown(_ reader: inout WireReader) throws(WireError) {
        var runs: [KnownDots.Run] = []
        while reader.take(5, .bytes) {
            let run = try reader.nested { reader throws(WireError) in try readRun(&reader) }
            if let previous = runs.last { try reader.demand(run, follows: previous) }
            runs.append(run)
        }
        known = KnownDots(runs: runs)
    }

    private mutating func readRun(_ reader: inout WireReader) throws(WireError) -> KnownDots.Run {
        let replica = replicas.use(try reader.number(1, max: .max))
        let skipped = try reader.number(2, max: Limits.dotNumberMax)
        let last = try reader.dot(replica, try reader.number(3, max: .max))
        try reader.finish("KnownRun", last: 3)
        return try reader.run(last.replica, skipped + 1, last.n)
    }

    mutating func readWrites(_ reader: inout WireReader) throws(WireError) {
        while reader.take(6, .bytes) {
            try reader.nested { reader throws(WireError) in try readWrite(&reader) }
        }
    }

    private mutating func readWrite(_ reader: inout WireReader) throws(WireError) {
        let replica = replicas.use(try reader.number(1, max: .max))
        let dot = try reader.dot(replica, try reader.number(2, max: .max))
        let milliseconds = try self.milliseconds(after: try reader.signed(3), reader)
        let timestamp = Timestamp(milliseconds: milliseconds, counter: try reader.number32(4))
        guard let author = authors.use(try reader.number(5, max: .max)) else {
            throw reader.malformed("an index is outside the table of authors")
        }
        guard known.contains(dot) else { throw reader.malformed("a sibling's dot is not known") }
        let before = entries.last
        while reader.take(6, .bytes) {
            let (tag, value) = try reader.nested(Self.readField)
            let entry = SiblingEntry(
                tag: tag, sibling: Sibling(dot: dot, timestamp: timestamp, author: author, value: value))
            if let last = entries.last, !(last < entry) {
                throw reader.malformed("siblings are out of order or repeated")
            }
            entries.append(entry)
        }
        try reader.finish("WriteState", last: 6)
        guard let last = entries.last, before.map({ !$0.isSameWrite(as: last) }) ?? true else {
            throw reader.malformed("a write has no field, or is in two parts")
        }
    }

    private func milliseconds(after delta: Int64, _ reader: WireReader) throws(WireError) -> Int64 {
        let (sum, overflow) = start.addingReportingOverflow(delta)
        guard !overflow, 0...Limits.timestampMillisecondsMax ~= sum else {
            throw reader.malformed("a timestamp is out of range")
        }
        return sum
    }

    private static func readField(_ reader: inout WireReader) throws(WireError) -> (FieldTag, Value) {
        let tag = try reader.number32(1)
        guard tag > 0, let value = try ValueCodec.read(&reader) else {
            throw reader.malformed("a sibling has no field or no value")
        }
        try reader.finish("FieldValue", last: 14)
        return (tag, value)
    }

    mutating func readSuperseded(_ reader: inout WireReader) throws(WireError) {
        while reader.take(7, .bytes) {
            let next = try reader.nested { reader throws(WireError) in try readSupersededDot(&reader) }
            if let last = superseded.last, (last.tag, last.dot) >= (next.tag, next.dot) {
                throw reader.malformed("superseded dots are out of order or repeated")
            }
            superseded.append(next)
        }
    }

    private mutating func readSupersededDot(
        _ reader: inout WireReader
    ) throws(WireError) -> (tag: FieldTag, dot: Dot) {
        let tag = try reader.number32(1)
        let replica = replicas.use(try reader.number(2, max: .max))
        let dot = try reader.dot(replica, try reader.number(3, max: .max))
        try reader.finish("SupersededDot", last: 3)
        guard tag > 0, !known.contains(dot) else {
            throw reader.malformed("a superseded dot is known, or has no field")
        }
        return (tag, dot)
    }

    func state(_ reader: WireReader) throws(WireError) -> RecordState {
        guard replicas.isUsedUp, authors.isUsedUp else {
            throw reader.malformed("a replica or an author is in its table for nothing")
        }
        var fields: [RecordState.Field] = []
        fields.reserveCapacity(entries.count)
        for entry in byField {
            guard fields.last?.tag == entry.tag else {
                fields.append(RecordState.Field(tag: entry.tag, state: FieldState(siblings: [entry.sibling])))
                continue
            }
            let place = fields.count - 1
            guard fields[place].state.siblings.last?.dot != entry.sibling.dot else {
                throw reader.malformed("a dot is twice in one field")
            }
            fields[place].state.siblings.append(entry.sibling)
        }
        return RecordState(known: known, fields: superseded.isEmpty ? fields : fields.adding(superseded))
    }

    /// By field, then in the order in which they came. Most states hold one write, whose fields are in order already.
    private var byField: [SiblingEntry] {
        if entries.isAscending(by: { $0.tag <= $1.tag }) { return entries }
        return entries.enumerated().sorted { ($0.element.tag, $0.offset) < ($1.element.tag, $1.offset) }.map(\.element)
    }
}

extension [RecordState.Field] {
    /// - Parameter superseded: ascending by tag, as the fields are.
    fileprivate func adding(_ superseded: [(tag: FieldTag, dot: Dot)]) -> Self {
        var (fields, added): (Self, Self) = (self, [])
        var index = 0
        for (tag, dot) in superseded {
            while index < fields.count, fields[index].tag < tag { index += 1 }
            if index < fields.count, fields[index].tag == tag {
                fields[index].state.superseded.append(dot)
            } else {
                if added.last?.tag != tag { added.append(RecordState.Field(tag: tag, state: FieldState())) }
                added[added.count - 1].state.superseded.append(dot)
            }
        }
        return fields + added
    }
}
