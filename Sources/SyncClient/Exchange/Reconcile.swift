import Foundation
import SyncCore
import SyncStore
import SyncWire

/// Compares what this replica holds with what the node holds, and brings down what differs (sync-model §5, R-80). What the
/// node does not know stays here: it goes up as change sets only.
struct Reconcile {
    private let store: Store
    private let upstream: Upstream
    private let place: StagingPlace
    private(set) var received = 0
    /// Scopes whose records are not all the same on both sides.
    private(set) var differing: [String] = []
    /// Records that a node once told of and this one does not hold.
    private(set) var missing: [RecordID] = []

    init(store: Store, upstream: Upstream, session: Session) {
        self.store = store
        self.upstream = upstream
        // Without a cursor: an interrupted comparison begins again, where an interrupted pull goes on.
        place = StagingPlace(node: Array(session.node.utf8), epoch: session.epoch, cursor: [])
    }

    /// - Returns: the node's position from before the comparison; pull from there.
    mutating func run() throws -> Checkpoint {
        let mine = try store.write { access in
            try access.dropStaging()
            return try access.scopeSummaries()
        }
        var request = WireReconcileRequest()
        request.digests = mine.map(WireScopeDigest.init)
        let answer: WireReconcileResponse = try upstream.call("/v1/reconcile", request.encoded)
        guard answer.hasCheckpoint else { throw ExchangeFailure.garbage("a comparison without a checkpoint") }
        let held = Set(mine.map(\.name))
        differing = answer.differing
        for scope in answer.differing { try compare(scope, isHeld: held.contains(scope)) }
        return Checkpoint(answer.checkpoint)
    }

    /// Goes through a scope by ranges of ids. The last one is open, so that records that are new here come too.
    private mutating func compare(_ scope: String, isHeld: Bool) throws {
        let limit = Limits.pairsPerReconcileMax
        var after: RecordID?
        while true {
            let pairs = isHeld ? try store.read { try $0.hashes(in: scope, after: after, limit: limit) } : []
            let upto = pairs.count < limit ? nil : pairs.last?.id
            try compare(IdRange(scope: scope, after: after, upto: upto, pairs: pairs))
            guard let upto else { return }
            after = upto
        }
    }

    /// One range, in as many answers as the node makes of it.
    private mutating func compare(_ whole: IdRange) throws {
        var range = whole
        while true {
            let answer: WireReconcileResponse = try upstream.call("/v1/reconcile", range.request.encoded)
            try take(answer)
            if answer.resumeAfter.isEmpty { return }
            guard let resume = RecordID(bytes: answer.resumeAfter), range.after.map({ $0 < resume }) ?? true else {
                throw ExchangeFailure.garbage("a comparison that does not get on")
            }
            range = range.rest(after: resume)
        }
    }

    private mutating func take(_ answer: WireReconcileResponse) throws {
        guard answer.evicted.isEmpty else {
            throw ExchangeFailure.upgradeRequired("the node takes records back, which this version cannot do")
        }
        missing += answer.unknown.compactMap { RecordID(bytes: $0) }
        if answer.states.isEmpty { return }
        try store.write { try $0.stage(answer.states.map { [UInt8]($0) }, at: place) }
        received += answer.states.count
    }
}

/// What this replica holds of a scope between two ids.
private struct IdRange {
    let scope: String
    /// Nil: from the beginning.
    let after: RecordID?
    /// The last id of the range; nil: to the end.
    let upto: RecordID?
    let pairs: [RecordHash]

    func rest(after id: RecordID) -> IdRange {
        IdRange(scope: scope, after: id, upto: upto, pairs: pairs.filter { $0.id > id })
    }

    var request: WireReconcileRequest {
        var request = WireReconcileRequest()
        request.scope = scope
        request.after = Data(after?.bytes ?? [])
        request.upto = Data(upto?.bytes ?? [])
        request.pairs = pairs.map(WireIdHash.init)
        return request
    }
}

extension WireScopeDigest {
    fileprivate init(_ summary: ScopeSummary) {
        self.init()
        scope = summary.name
        high = UInt64(truncatingIfNeeded: summary.digest.sum >> 64)
        low = UInt64(truncatingIfNeeded: summary.digest.sum)
        records = UInt64(summary.records)
    }
}

extension WireIdHash {
    fileprivate init(_ pair: RecordHash) {
        self.init()
        id = Data(pair.id.bytes)
        high = UInt64(truncatingIfNeeded: pair.hash >> 64)
        low = UInt64(truncatingIfNeeded: pair.hash)
    }
}
