import FieldModel
import GRDB
import SyncCore

extension ReadAccess {
    package func epoch() throws -> UInt64 {
        try metaText(MetaKey.epoch).flatMap { UInt64($0, radix: 16) } ?? 0
    }

    /// Whether this node has heard from its upstream since it opened its epoch.
    package func hasHeardUpstream() throws -> Bool {
        try metaText(MetaKey.upstreamHeardIn) == Hex.digits(epoch())
    }
}

extension WriteAccess {
    /// How many readable numbers a node leaves out that was set back: it may have given out some of them before.
    private static let numbersSkipped = 1000

    /// A new node's first epoch, or its next one: all checkpoints that it ever gave are void.
    package func openEpoch() throws {
        let before = try epoch()
        try setMeta(MetaKey.epoch, text: Hex.digits(environment.randomWord()))
        try audit(.epochOpened, [("epoch", .string(Hex.digits(try epoch()))), ("before", .string(Hex.digits(before)))])
        try setMeta(MetaKey.epochAt, integer: environment.wallMilliseconds())
        try setMeta(MetaKey.epochPosition, integer: try lastPosition())
        session.trustedReplicas = session.nodeReplica.map { [$0] } ?? []
        noteNewsForEverybody()
    }

    /// This node was shown something of its own that it does not know: it was set back, and says so to everybody by a new
    /// epoch before anything else (sync-model §5, R-72).
    /// - Parameter evidence: what it was shown.
    package func noticeSetBack(_ evidence: String) throws {
        try audit(.setBack, [("evidence", .string(evidence))])
        // What it writes from now on must not meet dots of its own that it does not know.
        session.nodeReplica = nil
        try openEpoch()
        _ = try position()
        try db.execute(sql: "UPDATE number_counter SET last = last + ?", arguments: [Self.numbersSkipped])
        try setMeta(MetaKey.setBackAt, integer: environment.wallMilliseconds())
        try setMeta(MetaKey.setBackEvidence, text: evidence)
        session.alarms.append(
            Alarm(
                message: "this node was set back: \(evidence); a new epoch was opened, and everybody compares with it"))
    }

    /// Notes that this node has all that its upstream had just now, once in every epoch of its own. Who compared with it
    /// before was not asked for what he knows, lest he send up what was about to come from above: an epoch that is new
    /// once more lets him compare again.
    package func noteUpstreamHeard() throws {
        try openEpoch()
        try setMeta(MetaKey.upstreamHeardIn, text: Hex.digits(try epoch()))
        // Pulls that wait hear of it.
        _ = try position()
        endPosition()
    }

    /// Looks whether a state from elsewhere names dots of this node's own that it does not know.
    /// - Parameter here: what is held of the record.
    func lookForLost(in arriving: RecordState, of record: RecordID, here: RecordState) throws {
        if !role.isNode { return }
        let trusted = try trustedReplicas()
        if trusted.isEmpty { return }
        let named = KnownDots(runs: arriving.known.runs.filter { trusted.contains($0.replica) })
        let isLost = { (dot: Dot) in trusted.contains(dot.replica) && !here.known.contains(dot) }
        if !here.known.isSuperset(of: named)
            || arriving.fields.contains(where: { $0.state.superseded.contains(where: isLost) })
        {
            try noticeLostWrite(of: record)
        }
    }

    /// The same of a change: what it overwrites its author has seen.
    func lookForLost(in change: Change, here: RecordState) throws {
        switch change.effect {
        case .witness(let state): try lookForLost(in: state, of: change.record, here: here)
        case .write(let write):
            let trusted = try trustedReplicas()
            let isLost = { (dot: Dot) in trusted.contains(dot.replica) && !here.known.contains(dot) }
            if write.fields.contains(where: { $0.overwrites.contains(where: isLost) }) {
                try noticeLostWrite(of: change.record)
            }
        }
    }

    private func noticeLostWrite(of record: RecordID) throws {
        try noticeSetBack("it was shown a write of its own to record \(record) that it does not know")
    }

    /// The replicas of which this node knows every dot, unless it was set back: those that it drew in its present epoch.
    /// What is missing of earlier ones was noticed, and comes back.
    private func trustedReplicas() throws -> Set<ReplicaID> {
        if let trusted = session.trustedReplicas { return trusted }
        let since = try metaInteger(MetaKey.epochPosition) ?? 0
        let first = try db.cachedStatement(
            sql: "SELECT position FROM change_log WHERE replica = ? ORDER BY seq LIMIT 1")
        var trusted = try Set(
            ownReplicas().filter { replica in
                try Int64.fetchOne(first, arguments: [names.known(replica)]) ?? 0 > since
            })
        if let replica = session.nodeReplica { trusted.insert(replica) }
        session.trustedReplicas = trusted
        return trusted
    }
}

extension WriteAccess {
    /// Upstream's receipt for more of a chain of this node's own than it has itself.
    package func lookForLost(in receipt: NodeReceipt) throws {
        guard role.isNode, try trustedReplicas().contains(receipt.replica),
            try head(of: receipt.replica).seq < receipt.summary.head.seq
        else { return }
        try noticeSetBack("the node above has more change sets of its chain \(receipt.replica) than itself")
    }
}
