import Foundation
import GRDB
package import SyncCore
import SyncWire

/// The pages of a pull that is under way. They belong to one epoch, which is one node's alone, and are dropped when it
/// changes.
package struct StagingPlace: Hashable, Sendable {
    package let epoch: UInt64
    /// Empty: the pages are of a comparison, which begins again when it was interrupted.
    package let cursor: [UInt8]

    package init(epoch: UInt64, cursor: [UInt8]) {
        self.epoch = epoch
        self.cursor = cursor
    }
}

extension ReadAccess {
    /// The checkpoint of this replica; nil before the first pull was complete. Its epoch says which node gave it: epochs
    /// are random and never used twice.
    package func pulledCheckpoint() throws -> Checkpoint? {
        guard let bytes = try meta(MetaKey.checkpoint) else { return nil }
        var input = ByteReader(bytes)
        return Checkpoint(epoch: try input.unsigned(), position: try input.unsigned(), token: try input.unsigned())
    }

    package func staging() throws -> StagingPlace? {
        guard let bytes = try meta(MetaKey.staging) else { return nil }
        var input = ByteReader(bytes)
        return StagingPlace(epoch: try input.unsigned(), cursor: try input.counted())
    }

    fileprivate func stagedLosses() throws -> Losses {
        guard let bytes = try meta(MetaKey.stagedLosses) else { return Losses() }
        return try Losses(ByteReader(bytes))
    }
}

extension Losses {
    fileprivate var bytes: [UInt8] {
        var out = ByteWriter()
        out.unsigned(UInt64(dropped.count))
        for scope in dropped { out.counted(Array(scope.utf8)) }
        for id in evicted { out.counted(id.bytes) }
        return out.bytes
    }

    fileprivate init(_ kept: ByteReader) throws {
        var input = kept
        self.init()
        for _ in 0..<(try input.count()) { dropped.append(String(decoding: try input.counted(), as: UTF8.self)) }
        while !input.isAtEnd {
            guard let id = RecordID(bytes: try input.counted()) else { throw ByteReader.damage }
            evicted.append(id)
        }
    }
}

extension WriteAccess {
    /// Keeps a page that is not the last durably, so that an interrupted pull goes on where it was. The first pull of
    /// all shows what it has at once instead (`bootstrapping`).
    /// - Parameter losses: of a comparison; they go before anything that was staged comes.
    package func stage(_ states: [[UInt8]], losses: Losses = Losses(), at place: StagingPlace) throws {
        if let staged = try staging(), staged.epoch != place.epoch { try dropStaging() }
        if try pulledCheckpoint() == nil {
            try absorb(encoded: states)
        } else {
            let insert = try db.cachedStatement(sql: "INSERT INTO staged (state) VALUES (?)")
            for state in states { try insert.execute(arguments: [Data(state)]) }
        }
        if !losses.isEmpty {
            var all = try stagedLosses()
            all.add(losses)
            try setMeta(MetaKey.stagedLosses, all.bytes)
        }
        var out = ByteWriter()
        out.unsigned(place.epoch)
        out.counted(place.cursor)
        try setMeta(MetaKey.staging, out.bytes)
    }

    /// applies the staged pages and the last one in one transaction and keeps the new checkpoint: from one consistent
    /// cut to the next.
    /// - Parameter losses: what is held no more, with the last page.
    package func complete(_ states: [[UInt8]], losses: Losses = Losses(), checkpoint: Checkpoint) throws {
        var rest = states[...]
        try complete(checkpoint: checkpoint, losses: { losses }) { rest.popFirst() }
    }

    /// - Parameters:
    ///   - losses: asked for behind the last state.
    ///   - next: the next state behind what is staged; nil at the end.
    package func complete(
        checkpoint: Checkpoint, losses: () -> Losses, _ next: () throws -> [UInt8]?
    ) throws {
        if let staged = try staging(), staged.epoch != checkpoint.epoch { try dropStaging() }
        // What came back since the comparison is among the states.
        try lose(stagedLosses())
        let staged = try Data.fetchCursor(db, sql: "SELECT state FROM staged ORDER BY seq")
        try absorb { try staged.next().map { [UInt8]($0) } ?? next() }
        try lose(losses())
        endPosition()
        try dropStaging()
        try keep(checkpoint)
    }

    private func keep(_ checkpoint: Checkpoint) throws {
        var out = ByteWriter()
        out.unsigned(checkpoint.epoch)
        out.unsigned(checkpoint.position)
        out.unsigned(checkpoint.token)
        try setMeta(MetaKey.checkpoint, out.bytes)
    }

    package func dropStaging() throws {
        try db.execute(sql: "DELETE FROM staged")
        try setMeta(MetaKey.staging, nil)
        try setMeta(MetaKey.stagedLosses, nil)
    }

    /// The checkpoint is good for no node any more: the next exchange compares. What comes then is still shown only
    /// when it is whole, unlike the pages of a first pull.
    package func voidCheckpoint() throws {
        try dropStaging()
        if try pulledCheckpoint() != nil { try keep(Checkpoint(epoch: 0, position: 0, token: 0)) }
    }
}
