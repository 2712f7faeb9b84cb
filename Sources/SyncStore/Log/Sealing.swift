import Foundation
import GRDB
import SyncCore
import SyncWire

/// A set is stamped, chained and signed once, durably, before its first byte leaves; after that it never changes
/// (sync-model §7). Until then its timestamp is what the device's own clock said.
extension WriteAccess {
    /// Offsets that differ by less than this are the same: a round trip's worth.
    private static let offsetToleranceMilliseconds: Int64 = 2_000

    /// Seals all own sets.
    /// - Parameter measuredOffset: milliseconds that this machine's clock is ahead of the node's; nil when no node was
    ///   asked (a bundle): what was measured last still holds.
    package func seal(measuredOffset: Int64?) throws {
        let before = try clockOffset()
        let offset = measuredOffset ?? before
        if abs(offset - before) > Self.offsetToleranceMilliseconds {
            try setClockOffset(offset)
            try restamp(offset: offset)
        }
        if let newest = try clockOfUnsealed(offset: try clockOffset()) { keep(newest) }
        try db.execute(sql: "UPDATE change_log SET sealed = 1 WHERE own = 1 AND sealed = 0")
    }

    private func unsealed() throws -> [(entry: LogEntry, wall: Int64)] {
        try prepare("SELECT \(LogEntry.columns), wall FROM change_log WHERE own = 1 AND sealed = 0 ORDER BY seq")
            .all { (try LogEntry($0, self), $0.integer(LogEntry.columnCount)) }
    }

    private func clockOfUnsealed(offset: Int64) throws -> HybridClock? {
        let newest = try prepare(
            "SELECT \(LogEntry.columns), wall FROM change_log WHERE own = 1 AND sealed = 0 ORDER BY seq DESC LIMIT 1"
        ).first { (entry: try LogEntry($0, self), wall: $0.integer(LogEntry.columnCount)) }
        guard let newest, let stamp = try newest.entry.changeSet()?.timestamp else { return nil }
        var clock = try seenClock()
        clock.saw(stamp, wall: newest.wall - offset)
        return clock
    }

    /// Gives every unsealed set the timestamp that a right clock would have given it, in order, and shows its records
    /// accordingly.
    private func restamp(offset: Int64) throws {
        var clock = try seenClock()
        var stamps: [RecordID: [Dot: Timestamp]] = [:]
        var previous: [UInt8]?
        for (entry, wall) in try unsealed() {
            guard let set = try entry.changeSet() else { continue }
            let floor = try overwrittenTimestamp(set, stamps)
            let stamp = clock.stamp(wall: wall - offset, overwritten: floor)
            for change in set.changes {
                if let write = change.write { stamps[change.record, default: [:]][write.dot] = stamp }
            }
            let stamped = ChangeSet(
                timestamp: stamp, author: set.author, replaces: set.replaces, changes: set.changes)
            previous = try replace(entry, with: stamped, after: previous)
        }
        for record in stamps.keys.sorted() { try showAgain(record) }
    }

    private func overwrittenTimestamp(_ set: ChangeSet, _ stamps: [RecordID: [Dot: Timestamp]]) throws -> Timestamp {
        var floor = Timestamp.zero
        for change in set.changes {
            let base = try load(change.record, type: change.type)?.base
            for field in change.write?.fields ?? [] {
                for dot in field.overwrites {
                    let own = stamps[change.record]?[dot]
                    floor = max(floor, own ?? base?.latestTimestamp(of: [dot], tag: field.tag) ?? .zero)
                }
            }
        }
        return floor
    }

    /// - Returns: the set's new hash.
    private func replace(_ entry: LogEntry, with set: ChangeSet, after previous: [UInt8]?) throws -> [UInt8] {
        let bytes = ChangeSetCodec.encode(set, replica: entry.replica)
        let before = try previous ?? hash(of: entry.replica, at: entry.seq - 1) ?? []
        let hash = ChainHash.next(after: before, set: bytes)
        try db.execute(
            sql: "UPDATE change_log SET bytes = ?, hash = ? WHERE rowid = ?",
            arguments: [Data(bytes), Data(hash), entry.rowid])
        try journal(bytes, replica: entry.replica, seq: entry.seq, hash: hash, wall: entry.at)
        return hash
    }

    /// Computes what a device shows of a record anew: the base and its own sets on top.
    func showAgain(_ id: RecordID) throws {
        guard !role.isNode, var record = try load(id) else { return }
        let before = record.shown
        let own = try countedChanges(of: id)
        guard let shown = Layered.shown(base: record.base, own: own) else { return try remove(record) }
        record.shown = shown
        try save(record, before: before)
    }
}
