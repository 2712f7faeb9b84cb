package import SyncCore

/// A change set as bytes. There is one form of each set: what decodes encodes to the same bytes.
package enum ChangeSetCodec {
    /// - Parameter replica: the one whose chain the set belongs to. It is not in the bytes.
    package static func encode(_ set: ChangeSet, replica: ReplicaID) -> [UInt8] {
        let others = IndexTable(of: set.changes.flatMap { named(in: $0) }.filter { $0 != replica })
        var writer = WireWriter(reserving: 64 + 64 * set.changes.count)
        writer.number(1, UInt64(bitPattern: set.timestamp.milliseconds))
        writer.number(2, UInt64(set.timestamp.counter))
        writer.id(3, set.author)
        if let replaces = set.replaces { writer.blob(4, replaces) }
        writer.replicas(5, others)
        for change in set.changes {
            writer.message(6) { ChangeCodec(replica: replica, others: others).write(change, to: &$0) }
        }
        return writer.bytes
    }

    /// - Parameter replica: the one whose run carries the set; its writes are under this replica's dots.
    package static func decode(_ bytes: [UInt8], replica: ReplicaID) throws(WireError) -> ChangeSet {
        guard bytes.count <= Limits.changeSetBytesMax else {
            throw .tooLarge(what: "a change set", limit: Limits.changeSetBytesMax)
        }
        var reader = WireReader(bytes)
        let milliseconds = try reader.number(1, max: UInt64(Limits.timestampMillisecondsMax))
        let timestamp = Timestamp(milliseconds: Int64(milliseconds), counter: try reader.number32(2))
        let author = try reader.requiredID(3)
        let replaces = try reader.optionalHash(4)
        var codec = ChangeCodec(replica: replica, others: try reader.replicas(5))
        let changes = try changes(&reader, &codec)
        try reader.finish("ChangeSet", last: 6)
        guard codec.others.isUsedUp, !codec.others.elements.contains(replica) else {
            throw .malformed("a replica is in the table for nothing")
        }
        return ChangeSet(timestamp: timestamp, author: author, replaces: replaces, changes: changes)
    }

    private static func changes(
        _ reader: inout WireReader, _ codec: inout ChangeCodec
    ) throws(WireError) -> [Change] {
        var changes: [Change] = []
        while reader.take(6, .bytes) {
            guard changes.count < Limits.changeSetChangesMax else {
                throw .tooLarge(what: "changes in a set", limit: Limits.changeSetChangesMax)
            }
            changes.append(try reader.nested { reader throws(WireError) in try codec.read(&reader) })
        }
        return changes
    }

    private static func named(in change: Change) -> [ReplicaID] {
        change.write?.fields.flatMap { $0.overwrites.map(\.replica) } ?? []
    }
}

extension WireWriter {
    mutating func replicas(_ field: UInt8, _ table: IndexTable<ReplicaID>) {
        if table.elements.isEmpty { return }
        key(field, .bytes)
        varint(UInt64(8 * table.elements.count))
        for replica in table.elements { littleEndian64(replica.raw) }
    }
}
