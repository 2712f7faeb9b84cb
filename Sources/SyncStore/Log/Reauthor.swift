import Foundation
import GRDB
package import SyncCore
import SyncWire

extension WriteAccess {
    /// A clone, or a device that was set back, found out: it takes a new replica and writes again, under new dots,
    /// every own set from the fork on that HQ has no receipt for (sync-model §4). The old sets stay in the log as
    /// what they were, and count no more.
    /// - Parameter from: the seq at which the chains part; nil when it is not known.
    /// - Returns: the new replica.
    @discardableResult
    package func reauthor(_ old: ReplicaID, from: UInt64?) throws -> ReplicaID {
        precondition(!role.isNode, "a node draws a new replica at every start and never re-authors")
        let first = max(from ?? 1, try receiptSeqs(of: old).hq + 1)
        let entries = try entries(of: old, from: first, limit: .max, bytesMax: .max).filter(\.own)
        let new = environment.newReplicaID()
        try setMeta(MetaKey.replica, text: new.description)
        for entry in entries {
            try db.execute(
                sql: "UPDATE change_log SET own = 0, sealed = 1, verdict = ? WHERE rowid = ?",
                arguments: [Verdict.gone.rawValue, entry.rowid])
        }
        let sets = try entries.filter { $0.verdict != .refused }.compactMap { entry in
            try entry.changeSet().map { OwnSet(hash: entry.hash, set: $0) }
        }
        let records = Set(sets.flatMap(\.set.changes).map(\.record)).sorted()
        for id in records { try showAgain(id) }
        session.journal.hasNewID = true
        for set in try appendReauthored(sets, as: new) { try applyOwn(set) }
        return new
    }

    /// - Returns: the sets as they are now, in the log and not yet shown.
    func appendReauthored(_ sets: [OwnSet], as replica: ReplicaID) throws -> [ChangeSet] {
        var last: [RecordID: UInt64] = [:]
        let rewritten = Reauthoring.rewrite(sets) { record in
            last[record, default: 0] += 1
            return Dot(replica, last[record] ?? 1)
        }
        for set in rewritten {
            let head = try head(of: replica)
            let bytes = ChangeSetCodec.encode(set, replica: replica)
            try append(
                NewEntry(
                    replica: replica, seq: head.seq + 1, hash: ChainHash.next(after: head.hash, set: bytes),
                    bytes: bytes,
                    verdict: .applied, own: true, wall: environment.wallMilliseconds(), refusal: nil,
                    records: set.records))
            try db.execute(
                sql: "UPDATE change_log SET sealed = 1 WHERE replica = ? AND seq = ?",
                arguments: [try names.local(replica), Int64(head.seq + 1)])
        }
        return rewritten
    }
}
