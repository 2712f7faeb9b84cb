import GRDB
import SyncCore
import SyncWire

/// Own sets that this database does not have come back into its log (sync-model §4): those that go on with a chain as they
/// are, those behind a gap written again under a new id.
extension WriteAccess {
    @discardableResult
    func takeBack(_ sets: [UnsentSet]) throws -> TakenBack {
        if sets.isEmpty { return TakenBack() }
        var (kept, rest): ([ChangeSet], [OwnSet]) = ([], [])
        for set in sets {
            let decoded = try ChangeSetCodec.decode(set.bytes, replica: set.replica)
            if try goesOn(set) {
                try append(set, decoded)
                kept.append(decoded)
            } else if try set.refusal == nil && receiptSeqs(of: set.replica).branch < set.seq {
                // What a node vouches for is there: it is not written twice.
                rest.append(OwnSet(hash: set.hash, set: decoded))
            }
        }
        if !rest.isEmpty {
            let replica = environment.newReplicaID()
            try setMeta(MetaKey.replica, text: replica.description)
            session.journal.hasNewID = true
            kept += try appendReauthored(rest, as: replica)
        }
        for set in kept { try noteStamp(set) }
        for set in kept { for record in set.records { try show(record.id, of: set) } }
        return TakenBack(whole: kept.count - rest.count, rewritten: rest.count)
    }

    /// Sets of a transaction that was not committed and not refused to anybody: it is made whole.
    func replay(_ sets: [UnsentSet]) throws {
        let replica = try deviceReplica()
        try takeBack(sets.filter { set in try set.replica == replica && set.seq > head(of: set.replica).seq })
    }

    /// Whether a set follows what is here of its chain, or the chain is vouched for up to there and can be taken up.
    private func goesOn(_ set: UnsentSet) throws -> Bool {
        guard let before = set.before else { return false }
        let head = try head(of: set.replica)
        if head.seq + 1 == set.seq { return head.hash == before }
        guard head.seq < set.seq, try receiptSeqs(of: set.replica).branch + 1 >= set.seq else { return false }
        // What is missing a node has: its hash stands for it.
        try append(
            NewEntry(
                replica: set.replica, seq: set.seq - 1, hash: before, bytes: nil, verdict: .gone, own: true, wall: nil,
                refusal: nil, records: []))
        return true
    }

    private func append(_ set: UnsentSet, _ decoded: ChangeSet) throws {
        try append(
            NewEntry(
                replica: set.replica, seq: set.seq, hash: set.hash, bytes: set.bytes,
                verdict: set.refusal == nil ? .applied : .refused, own: true, wall: set.wall, refusal: set.refusal,
                records: decoded.records))
        // It may have left this device.
        try db.execute(
            sql: "UPDATE change_log SET sealed = 1 WHERE replica = ? AND seq = ?",
            arguments: [try names.local(set.replica), Int64(clamping: set.seq)])
    }

    private func noteStamp(_ set: ChangeSet) throws {
        var clock = try seenClock()
        clock.saw(set.timestamp, wall: environment.wallMilliseconds() - (try clockOffset()))
        keep(clock)
    }

    /// A record of which no node has told yet shows these sets when one does.
    private func show(_ id: RecordID, of set: ChangeSet) throws {
        if try load(id) != nil { return try showAgain(id) }
        try showFirst(id, set)
        if try load(id) == nil { try noteLeft(id, blob: nil) }
    }
}

/// How many sets came back.
package struct TakenBack: Hashable, Sendable {
    /// As they were.
    package var whole = 0
    /// Under a new id, for sets before them are gone.
    package var rewritten = 0
}
