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
        let pushed = try await services.message(WirePushRequest.self, of: request)
        let runs = try await verified(pushed.runs, session)
        let taking = RunTaking(identity: services.identity)
        let (taken, counts, epoch) = try await services.commit.write { access in
            var counts = Counters.SetCounts()
            let taken = try runs.map { try taking.take($0, access, &counts) }
            switch session.peer {
            case .branch(let id): try access.noteExchange(ofBranch: id, pending: pushed.pending)
            case .device(let id, _): try access.notePending(ofDevice: id, pushed.pending)
            }
            return (taken, counts, try access.epoch())
        }
        services.counters.count(sets: counts)
        log(taken, of: pushed.runs)
        let answer = try await services.workers.run {
            var answer = WirePushResponse()
            answer.results = zip(pushed.runs, taken).map { taking.result(ReplicaID($0.replica), $1, epoch: epoch) }
            answer.nodeTime = services.now
            return answer
        }
        return try await services.response(answer)
    }

    private func verified(_ runs: [WireRun], _ session: Session) async throws -> [VerifiedRun] {
        try await services.workers.run {
            let verification = RunVerification(root: services.identity.root, session: session)
            let kept = try services.node.store.read { access in try runs.map { try $0.keptAuthor(access) } }
            return zip(runs, kept).map { verification.verify($0, kept: $1) }
        }
    }

    private func log(_ taken: [TakenRun], of runs: [WireRun]) {
        for case (let run, .rejected(let code, let message)) in zip(runs, taken) {
            services.logger.warning(
                "a pushed run was rejected",
                metadata: ["replica": "\(ReplicaID(run.replica))", "code": "\(code.rawValue)", "message": "\(message)"])
        }
    }
}

extension WireRun {
    /// the certificates that this node keeps of the replica; nil where the run has its own.
    fileprivate func keptAuthor(_ access: ReadAccess) throws -> [WireSignedCertificate]? {
        guard chain.isEmpty else { return nil }
        return try access.certificates(of: ReplicaID(replica)).map(KeptChain.chain)
    }
}
