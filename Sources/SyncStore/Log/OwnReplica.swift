import FieldModel
import Foundation
import GRDB
package import SyncCore

/// How a field of a type merges; a field that this version does not know is treated as a register.
func fieldKind(_ type: TypeTag, _ tag: FieldTag) -> FieldKind {
    Catalogue.entity(type)?.field(tag: tag)?.kind ?? .register
}

/// An own change with what became of its set.
struct OwnChangeVerdict {
    let entry: OwnChange
    /// Whether it shows: it was not refused, and did not go to a node and leave with its record.
    let counts: Bool
}

extension ReadAccess {
    /// The replica that this device writes as; nil before it was given one.
    package func deviceReplica() throws -> ReplicaID? { try metaText(MetaKey.replica).flatMap(ReplicaID.init(hex:)) }

    /// Own changes to a record in the log, in order.
    func ownChanges(of record: RecordID) throws -> [OwnChangeVerdict] {
        if role.isNode { return [] }
        let own = try entries(changing: record).filter(\.own)
        let hasLeft = try !own.isEmpty && hasLeft(record)
        return try own.flatMap { entry -> [OwnChangeVerdict] in
            guard let set = try changeSet(of: entry) else { return [] }
            let isGone = try hasLeft && receiptSeqs(of: entry.replica).branch >= entry.seq
            return set.changes.filter { $0.record == record }.map { change in
                OwnChangeVerdict(
                    entry: OwnChange(change: change, timestamp: set.timestamp, author: set.author),
                    counts: entry.verdict != .refused && !isGone)
            }
        }
    }

    /// The set of an entry. The records of one set mostly follow one another: it is decoded once.
    private func changeSet(of entry: LogEntry) throws -> ChangeSet? {
        if let decoded, decoded.hash == entry.hash { return decoded.set }
        guard let set = try entry.changeSet() else { return nil }
        decoded = (entry.hash, set)
        return set
    }

    /// Own changes to a record that count, in order: what a device shows on top of the base.
    func countedChanges(of record: RecordID) throws -> [OwnChange] {
        try ownChanges(of: record).filter(\.counts).map(\.entry)
    }

    /// Milliseconds that this machine's clock is ahead of the nodes', as measured at the last exchange.
    package func clockOffset() throws -> Int64 { try metaInteger(MetaKey.clockOffset) ?? 0 }

    /// The clock before the next write: what was seen, and the own sets that were not yet sealed.
    func clock() throws -> HybridClock {
        var last = try seenClock().last
        if !role.isNode, let newest = try newestUnsealed() { last = max(last, newest) }
        return HybridClock(last: last)
    }

    func seenClock() throws -> HybridClock {
        if let seen { return seen }
        let read = try readClock()
        seen = read
        return read
    }

    private func readClock() throws -> HybridClock {
        let parts = try metaText(MetaKey.clock)?.split(separator: ".") ?? []
        guard parts.count == 2, let milliseconds = Int64(parts[0]), let counter = UInt32(parts[1]) else {
            return HybridClock()
        }
        return HybridClock(last: Timestamp(milliseconds: milliseconds, counter: counter))
    }

    private func newestUnsealed() throws -> Timestamp? {
        let newest = try prepare(Self.newestUnsealedEntry).first { try LogEntry($0, self) }
        return try newest?.changeSet()?.timestamp
    }

    private static let newestUnsealedEntry = FixedSQL(
        "SELECT \(LogEntry.columns) FROM change_log WHERE own = 1 AND sealed = 0 ORDER BY seq DESC LIMIT 1")
}

extension WriteAccess {
    /// The replica of the next own write. A node draws a new one at its first own write after every start.
    package func ownReplica() throws -> ReplicaID {
        if !role.isNode {
            if let replica = try deviceReplica() { return replica }
            let replica = environment.newReplicaID()
            try setMeta(MetaKey.replica, text: replica.description)
            return replica
        }
        if let replica = session.nodeReplica { return replica }
        let replica = environment.newReplicaID()
        session.nodeReplica = replica
        session.trustedReplicas?.insert(replica)
        return replica
    }

    func keep(_ clock: HybridClock) {
        isClockMoved = isClockMoved || clock != seen
        seen = clock
    }

    /// Writes the clock down, once for the whole transaction.
    func settleClock() throws {
        guard isClockMoved, let last = seen?.last else { return }
        try setMeta(MetaKey.clock, text: "\(last.milliseconds).\(last.counter)")
        isClockMoved = false
    }

    package func setClockOffset(_ milliseconds: Int64) throws {
        try setMeta(MetaKey.clockOffset, integer: milliseconds)
    }
}

/// The keys under which this room keeps its own few values.
enum MetaKey {
    static let replica = "replica"
    static let clock = "clock"
    static let clockOffset = "clock_offset"
    static let epoch = "epoch"
    static let checkpoint = "checkpoint"
    static let staging = "staging"
    static let stagedLosses = "staged_losses"
    static let forgetting = "forgetting"
    static let forgottenThrough = "forgotten_through"
    static let archivedThrough = "archived_through"
    static let epochAt = "epoch_at"
    static let epochPosition = "epoch_position"
    static let upstreamHeardIn = "upstream_heard_in"
    static let setBackAt = "set_back_at"
    static let setBackEvidence = "set_back_evidence"
    static let backupSeries = "backup_series"
    static let backupSecond = "backup_second"
    static let auditAsked = "audit_asked"
    static let fence = "fence"
    static let raisedTo = "raised_to"
    static let journal = "journal"
    static let newID = "new_id"
    static let newIDAt = "new_id_at"
}
