import Hummingbird
import Logging
import SyncWire

/// `POST /v1/push`: runs of change sets; one result a run.
struct PushHandler {
    let services: NodeServices

    func respond(to request: Request) async throws -> Response {
        let session = try await services.session(of: request, for: .send)
        let taking = PushTaking(identity: services.identity, session: session)
        let pushed = try await verified(request, taking)
        let taken = try await services.commit.write { try taking.take(pushed, $0) }
        services.counters.count(sets: taken.counts)
        log(taken)
        let answer = try await services.workers.run { taking.answer(taken, now: services.now) }
        return try await services.response(answer)
    }

    /// The message itself, which holds every set once more, is gone when this returns.
    private func verified(_ request: Request, _ taking: PushTaking) async throws -> VerifiedPush {
        let pushed = try await services.message(
            WirePushRequest.self, of: request, setBytes: Limits.changeSetBytesMax)
        let messageBytes = Visit.current?.messageBytes ?? 0
        return try await services.workers.run {
            // Every set was decoded; another thread decodes them again, out of another pool.
            defer { NodeMemory.giveBack(after: messageBytes) }
            return try taking.verify(pushed, in: services.node.store)
        }
    }

    private func log(_ taken: TakenPush) {
        for case (let replica, .rejected(let code, let message)) in zip(taken.replicas, taken.runs) {
            services.logger.warning(
                "a pushed run was rejected",
                metadata: ["replica": "\(replica)", "code": "\(code.rawValue)", "message": "\(message)"])
        }
    }
}
