import Foundation
import GRDB
package import SyncCore
import SyncWire

/// The pages of a pull that is under way. They belong to one node and epoch and are dropped when either changes.
package struct StagingPlace: Hashable, Sendable {
    /// The node's public key.
    package let node: [UInt8]
    package let epoch: UInt64
    package let cursor: [UInt8]

    package init(node: [UInt8], epoch: UInt64, cursor: [UInt8]) {
        self.node = node
        self.epoch = epoch
        self.cursor = cursor
    }
}

extension ReadAccess {
    /// The checkpoint of this replica and the key of the node that gave it; nil before the first pull was complete.
    package func pulledCheckpoint() throws -> (node: [UInt8], checkpoint: Checkpoint)? {
        guard let node = try meta(MetaKey.checkpointNode), let bytes = try meta(MetaKey.checkpoint) else { return nil }
        var input = ByteReader(bytes)
        return (
            node,
            Checkpoint(epoch: try input.unsigned(), position: try input.unsigned(), token: try input.unsigned())
        )
    }

    package func staging() throws -> StagingPlace? {
        guard let bytes = try meta(MetaKey.staging) else { return nil }
        var input = ByteReader(bytes)
        return StagingPlace(node: try input.counted(), epoch: try input.unsigned(), cursor: try input.counted())
    }
}

extension WriteAccess {
    /// Keeps a page that is not the last durably, so that an interrupted pull goes on where it was. The first pull of
    /// all shows what it has at once instead (`bootstrapping`).
    package func stage(_ states: [[UInt8]], at place: StagingPlace) throws {
        if let staged = try staging(), staged.node != place.node || staged.epoch != place.epoch { try dropStaging() }
        if try pulledCheckpoint() == nil {
            try absorb(encoded: states)
        } else {
            let insert = try db.cachedStatement(sql: "INSERT INTO staged (state) VALUES (?)")
            for state in states { try insert.execute(arguments: [Data(state)]) }
        }
        var out = ByteWriter()
        out.counted(place.node)
        out.unsigned(place.epoch)
        out.counted(place.cursor)
        try setMeta(MetaKey.staging, out.bytes)
    }

    /// applies the staged pages and the last one in one transaction and keeps the new checkpoint: from one consistent
    /// cut to the next.
    package func complete(_ states: [[UInt8]], node: [UInt8], checkpoint: Checkpoint) throws {
        if let staged = try staging(), staged.node != node || staged.epoch != checkpoint.epoch { try dropStaging() }
        let staged = try Data.fetchCursor(db, sql: "SELECT state FROM staged ORDER BY seq")
        var last = states[...]
        try absorb { try staged.next().map { [UInt8]($0) } ?? last.popFirst() }
        endPosition()
        try dropStaging()
        var out = ByteWriter()
        out.unsigned(checkpoint.epoch)
        out.unsigned(checkpoint.position)
        out.unsigned(checkpoint.token)
        try setMeta(MetaKey.checkpoint, out.bytes)
        try setMeta(MetaKey.checkpointNode, node)
    }

    package func dropStaging() throws {
        try db.execute(sql: "DELETE FROM staged")
        try setMeta(MetaKey.staging, nil)
    }

    /// Forgets the checkpoint: the next exchange reconciles.
    package func forgetCheckpoint() throws {
        try dropStaging()
        try setMeta(MetaKey.checkpoint, nil)
        try setMeta(MetaKey.checkpointNode, nil)
    }
}
