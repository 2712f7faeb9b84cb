import Foundation
import SyncCore
import SyncStore
import SyncWire

/// A push as a node takes it, in the three steps that its handler gives to three kinds of threads.
struct PushTaking: Sendable {
    let identity: NodeIdentity
    let session: Session

    /// Checks runs, and keeps the keys that came beside them.
    func verify(_ pushed: WirePushRequest, in store: Store) throws -> VerifiedPush {
        let verification = RunVerification(root: identity.root, session: session)
        let kept = try store.read { access in try pushed.runs.map { try $0.keptAuthor(access) } }
        let runs = zip(pushed.runs, kept).map { verification.verify($0, kept: $1) }
        try store.take(pushed.personKeys, of: runs)
        return VerifiedPush(
            runs: runs, replicas: pushed.runs.map { ReplicaID($0.replica) }, pending: pushed.pending,
            shown: pushed.hasCheckpoint ? pushed.checkpoint : nil)
    }

    func take(_ pushed: VerifiedPush, _ access: WriteAccess) throws -> TakenPush {
        let taking = RunTaking(identity: identity)
        // The receipts are of the new epoch then, and the pusher begins again.
        if let shown = pushed.shown { _ = try access.notice(shown, of: session) }
        var counts = Counters.SetCounts()
        let taken = try pushed.runs.map { try taking.take($0, access, &counts) }
        switch session.peer {
        case .branch(let id): try access.noteExchange(ofBranch: id, pending: pushed.pending)
        case .device(let id, _): try access.notePending(ofDevice: id, pushed.pending)
        }
        return TakenPush(replicas: pushed.replicas, runs: taken, counts: counts, checkpoint: try access.ownCheckpoint())
    }

    /// Signs the receipts.
    func answer(_ taken: TakenPush, now: Int64) -> WirePushResponse {
        let taking = RunTaking(identity: identity)
        var answer = WirePushResponse()
        answer.results = zip(taken.replicas, taken.runs).map { taking.result($0, $1, epoch: taken.checkpoint.epoch) }
        answer.checkpoint = WireCheckpoint(taken.checkpoint)
        answer.nodeTime = now
        return answer
    }
}

struct VerifiedPush: Sendable {
    let runs: [VerifiedRun]
    /// Whose they are.
    let replicas: [ReplicaID]
    let pending: UInt64
    let shown: WireCheckpoint?
}

/// What became of a push in the store.
struct TakenPush: Sendable {
    let replicas: [ReplicaID]
    let runs: [TakenRun]
    let counts: Counters.SetCounts
    /// Of the node, behind all of it.
    let checkpoint: Checkpoint
}

extension WireRun {
    /// the certificates that this node keeps of the replica; nil where the run has its own.
    fileprivate func keptAuthor(_ access: ReadAccess) throws -> [WireSignedCertificate]? {
        guard chain.isEmpty else { return nil }
        return try access.certificates(of: ReplicaID(replica)).map(KeptChain.chain)
    }
}
