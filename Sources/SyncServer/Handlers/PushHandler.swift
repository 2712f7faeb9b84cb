import Foundation
import Hummingbird
import Logging
import SyncCore
import SyncStore
import SyncWire

/// `POST /v1/push`: runs of change sets; one result a run.
struct PushHandler {
    let services: NodeServices

    func respond(to request: Request) async throws -> Response {
        let session = try await services.session(of: request, for: .send)
        let pushed = try await verified(request, session)
        let taking = RunTaking(identity: services.identity)
        let (taken, counts, epoch) = try await services.commit.write { access in
            var counts = Counters.SetCounts()
            let taken = try pushed.runs.map { try taking.take($0, access, &counts) }
            switch session.peer {
            case .branch(let id): try access.noteExchange(ofBranch: id, pending: pushed.pending)
            case .device(let id, _): try access.notePending(ofDevice: id, pushed.pending)
            }
            return (taken, counts, try access.epoch())
        }
        services.counters.count(sets: counts)
        log(taken, of: pushed.replicas)
        let answer = try await services.workers.run {
            var answer = WirePushResponse()
            answer.results = zip(pushed.replicas, taken).map { taking.result($0, $1, epoch: epoch) }
            answer.nodeTime = services.now
            return answer
        }
        return try await services.response(answer)
    }

    /// The message itself, which holds every set once more, is gone when this returns.
    private func verified(_ request: Request, _ session: Session) async throws -> VerifiedPush {
        let pushed = try await services.message(
            WirePushRequest.self, of: request, setBytes: Limits.changeSetBytesMax)
        let messageBytes = Visit.current?.messageBytes ?? 0
        let runs = try await services.workers.run {
            // Every set was decoded; another thread decodes them again, out of another pool.
            defer { NodeMemory.giveBack(after: messageBytes) }
            let verification = RunVerification(root: services.identity.root, session: session)
            let kept = try services.node.store.read { access in try pushed.runs.map { try $0.keptAuthor(access) } }
            let verified = zip(pushed.runs, kept).map { verification.verify($0, kept: $1) }
            try services.node.store.take(pushed.personKeys, of: verified)
            return verified
        }
        return VerifiedPush(
            runs: runs, replicas: pushed.runs.map { ReplicaID($0.replica) }, pending: pushed.pending)
    }

    private func log(_ taken: [TakenRun], of replicas: [ReplicaID]) {
        for case (let replica, .rejected(let code, let message)) in zip(replicas, taken) {
            services.logger.warning(
                "a pushed run was rejected",
                metadata: ["replica": "\(replica)", "code": "\(code.rawValue)", "message": "\(message)"])
        }
    }
}

private struct VerifiedPush: Sendable {
    let runs: [VerifiedRun]
    /// Whose they are.
    let replicas: [ReplicaID]
    let pending: UInt64
}

extension WireRun {
    /// the certificates that this node keeps of the replica; nil where the run has its own.
    fileprivate func keptAuthor(_ access: ReadAccess) throws -> [WireSignedCertificate]? {
        guard chain.isEmpty else { return nil }
        return try access.certificates(of: ReplicaID(replica)).map(KeptChain.chain)
    }
}
