import SyncCore

/// A record's state as the `state` column keeps it: known dots, timestamps, authors, superseded dots, and every
/// sibling's value but those that stand in a column. Replicas and authors are the store's own small numbers.
enum StateBlob {
    private static let version: UInt8 = 1

    /// - Parameter inColumn: the dot of the sibling whose value stands in the field's column.
    static func encode(
        _ state: RecordState, id: RecordID, names: LocalNames, inColumn: (RecordState.Field) -> Dot?
    ) throws -> [UInt8] {
        var out = ByteWriter()
        out.byte(version)
        out.unsigned(UInt64(state.known.runs.count))
        for run in state.known.runs {
            out.unsigned(UInt64(try names.local(run.replica)))
            out.unsigned(run.first - 1)
            out.unsigned(run.last)
        }
        try encodeSiblings(state, id: id, names: names, inColumn: inColumn, to: &out)
        out.unsigned(UInt64(state.fields.reduce(0) { $0 + $1.state.superseded.count }))
        for field in state.fields {
            for dot in field.state.superseded {
                out.unsigned(UInt64(field.tag))
                out.unsigned(UInt64(try names.local(dot.replica)))
                out.unsigned(dot.n)
            }
        }
        return out.bytes
    }

    private static func encodeSiblings(
        _ state: RecordState, id: RecordID, names: LocalNames, inColumn: (RecordState.Field) -> Dot?,
        to out: inout ByteWriter
    ) throws {
        let writes = state.siblingsByWrite
        out.unsigned(UInt64(writes.count))
        for write in writes {
            out.unsigned(UInt64(try names.local(write.key.dot.replica)))
            out.unsigned(write.key.dot.n)
            out.signed(write.key.timestamp.milliseconds &- id.milliseconds)
            out.unsigned(UInt64(write.key.timestamp.counter))
            out.unsigned(UInt64(try names.local(author: write.key.author)))
            out.unsigned(UInt64(write.places.count))
            for place in write.places {
                let field = state.fields[place.field]
                let elsewhere = inColumn(field) == write.key.dot
                out.unsigned(UInt64(field.tag) << 1 | (elsewhere ? 1 : 0))
                if !elsewhere { StoredValue.write(field.state.siblings[place.sibling].value, to: &out) }
            }
        }
    }

    /// - Parameter column: the value that stands in a field's column.
    static func decode(
        _ bytes: [UInt8], id: RecordID, names: LocalNames, column: (FieldTag) throws -> Value?
    ) throws -> RecordState {
        var input = ByteReader(bytes)
        guard try input.byte() == version else { throw ByteReader.damage }
        var runs: [KnownDots.Run] = []
        for _ in 0..<(try input.count()) {
            let replica = try names.replica(Int64(input.unsigned()))
            let (skipped, last) = (try input.unsigned(), try input.unsigned())
            guard skipped < last else { throw ByteReader.damage }
            runs.append(KnownDots.Run(replica, skipped + 1, last))
        }
        var fields: [RecordState.Field] = []
        for _ in 0..<(try input.count()) {
            try decodeWrite(from: &input, id: id, names: names, column: column, into: &fields)
        }
        for _ in 0..<(try input.count()) {
            let tag = FieldTag(truncatingIfNeeded: try input.unsigned())
            let dot = Dot(try names.replica(Int64(input.unsigned())), try input.unsigned())
            fields.change(tag) { $0.superseded.append(dot) }
        }
        guard input.isAtEnd else { throw ByteReader.damage }
        return RecordState(known: KnownDots(runs: runs), fields: fields)
    }

    private static func decodeWrite(
        from input: inout ByteReader, id: RecordID, names: LocalNames, column: (FieldTag) throws -> Value?,
        into fields: inout [RecordState.Field]
    ) throws {
        let dot = Dot(try names.replica(Int64(input.unsigned())), try input.unsigned())
        let milliseconds = try input.signed() &+ id.milliseconds
        let timestamp = Timestamp(
            milliseconds: milliseconds, counter: UInt32(truncatingIfNeeded: try input.unsigned()))
        let author = try names.author(Int64(input.unsigned()))
        let count = try input.count()
        if fields.isEmpty { fields.reserveCapacity(count) }
        for _ in 0..<count {
            let head = try input.unsigned()
            let tag = FieldTag(truncatingIfNeeded: head >> 1)
            guard let value = try head & 1 == 1 ? column(tag) : StoredValue.read(from: &input) else {
                throw ByteReader.damage
            }
            let sibling = Sibling(dot: dot, timestamp: timestamp, author: author, value: value)
            fields.change(tag) { $0.siblings.append(sibling) }
        }
    }
}

extension [RecordState.Field] {
    /// Changes a field, which is added when it is not there. Mostly it is one behind the last.
    fileprivate mutating func change(_ tag: FieldTag, _ change: (inout FieldState) -> Void) {
        let isBehind = last.map { $0.tag < tag } ?? true
        let index = isBehind ? count : firstIndex { $0.tag >= tag } ?? count
        if index == count || self[index].tag != tag {
            insert(RecordState.Field(tag: tag, state: FieldState()), at: index)
        }
        change(&self[index].state)
    }
}

extension RecordState {
    /// Surviving siblings grouped by the write that they came by, in the order of first appearance.
    fileprivate var siblingsByWrite: [SiblingGroup] {
        var groups: [SiblingGroup] = []
        var numbers: [WriteKey: Int] = [:]
        var (last, number) = (WriteKey?.none, 0)
        for field in fields.indices {
            for sibling in fields[field].state.siblings.indices {
                let key = WriteKey(fields[field].state.siblings[sibling])
                // Mostly one write made all fields, or those that follow one another.
                if key != last {
                    number = numbers[key] ?? groups.count
                    if number == groups.count {
                        numbers[key] = number
                        groups.append(SiblingGroup(key: key))
                    }
                    last = key
                }
                groups[number].places.append((field, sibling))
            }
        }
        return groups
    }
}

private struct WriteKey: Hashable {
    let dot: Dot
    let timestamp: Timestamp
    let author: RecordID

    init(_ sibling: Sibling) { (dot, timestamp, author) = (sibling.dot, sibling.timestamp, sibling.author) }
}

/// What one write left in a record.
private struct SiblingGroup {
    let key: WriteKey
    var places: [(field: Int, sibling: Int)] = []
}
