import SyncCore

/// A record's state as the `state` column keeps it: known dots, timestamps, authors, superseded dots, and every
/// sibling's value but those that stand in a column. Replicas and authors are the store's own small numbers.
enum StateBlob {
    private static let version: UInt8 = 1

    /// - Parameter inColumn: whether the sibling's value of a field is the one that stands in the field's column.
    static func encode(
        _ state: RecordState, id: RecordID, names: LocalNames, inColumn: (FieldTag, Sibling) -> Bool
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
        let superseded = state.fields.flatMap { field in field.state.superseded.map { (field.tag, $0) } }
        out.unsigned(UInt64(superseded.count))
        for (tag, dot) in superseded {
            out.unsigned(UInt64(tag))
            out.unsigned(UInt64(try names.local(dot.replica)))
            out.unsigned(dot.n)
        }
        return out.bytes
    }

    private static func encodeSiblings(
        _ state: RecordState, id: RecordID, names: LocalNames, inColumn: (FieldTag, Sibling) -> Bool,
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
            out.unsigned(UInt64(write.fields.count))
            for (tag, sibling) in write.fields {
                let elsewhere = inColumn(tag, sibling)
                out.unsigned(UInt64(tag) << 1 | (elsewhere ? 1 : 0))
                if !elsewhere { StoredValue.write(sibling.value, to: &out) }
            }
        }
    }

    /// - Parameter column: the value that stands in a field's column.
    static func decode(
        _ bytes: [UInt8], id: RecordID, names: LocalNames, column: (FieldTag) -> Value?
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
        var fields: [FieldTag: FieldState] = [:]
        for _ in 0..<(try input.count()) {
            try decodeWrite(from: &input, id: id, names: names, column: column, into: &fields)
        }
        for _ in 0..<(try input.count()) {
            let tag = FieldTag(truncatingIfNeeded: try input.unsigned())
            let dot = Dot(try names.replica(Int64(input.unsigned())), try input.unsigned())
            fields[tag, default: FieldState()].superseded.append(dot)
        }
        guard input.isAtEnd else { throw ByteReader.damage }
        return RecordState(
            known: KnownDots(runs: runs), fields: fields.map { RecordState.Field(tag: $0.key, state: $0.value) })
    }

    private static func decodeWrite(
        from input: inout ByteReader, id: RecordID, names: LocalNames, column: (FieldTag) -> Value?,
        into fields: inout [FieldTag: FieldState]
    ) throws {
        let dot = Dot(try names.replica(Int64(input.unsigned())), try input.unsigned())
        let milliseconds = try input.signed() &+ id.milliseconds
        let timestamp = Timestamp(
            milliseconds: milliseconds, counter: UInt32(truncatingIfNeeded: try input.unsigned()))
        let author = try names.author(Int64(input.unsigned()))
        for _ in 0..<(try input.count()) {
            let head = try input.unsigned()
            let tag = FieldTag(truncatingIfNeeded: head >> 1)
            guard let value = head & 1 == 1 ? column(tag) : try StoredValue.read(from: &input) else {
                throw ByteReader.damage
            }
            fields[tag, default: FieldState()].siblings.append(
                Sibling(dot: dot, timestamp: timestamp, author: author, value: value))
        }
    }
}

extension RecordState {
    /// Surviving siblings grouped by the write that they came by, in the order of first appearance.
    fileprivate var siblingsByWrite: [SiblingGroup] {
        var groups: [SiblingGroup] = []
        var places: [WriteKey: Int] = [:]
        for field in fields {
            for sibling in field.state.siblings {
                let key = WriteKey(dot: sibling.dot, timestamp: sibling.timestamp, author: sibling.author)
                let place = places[key] ?? groups.count
                if place == groups.count {
                    places[key] = place
                    groups.append(SiblingGroup(key: key, fields: []))
                }
                groups[place].fields.append((field.tag, sibling))
            }
        }
        return groups
    }
}

private struct WriteKey: Hashable {
    let dot: Dot
    let timestamp: Timestamp
    let author: RecordID
}

private struct SiblingGroup {
    let key: WriteKey
    var fields: [(FieldTag, Sibling)]
}
