import HTTPTypes
import Hummingbird
import Logging
import SyncWire

/// Lets each asker in as often as he may ask: late when he asks too fast, and not when he asks too much at a time.
/// Before anything of a body is read.
struct AdmissionMiddleware: RouterMiddleware {
    let services: NodeServices

    func handle(
        _ request: Request, context: NodeContext, next: (Request, NodeContext) async throws -> Response
    ) async throws -> Response {
        let session = services.tokens.session(of: request, now: services.now)
        let name = session.map(AskerName.init) ?? name(of: request, context)
        let asker = services.askers.asker(name, now: Monotonic.seconds)
        switch asker.enter(now: Monotonic.seconds) {
        case .refused(let hold, let retryAfter):
            tell(of: asker)
            await services.readiness.gate.pause(seconds: hold)
            return refusal(retryAfter, context)
        case .admitted(let wait):
            let visit = Visit(asker, session: session, channel: context.channel)
            defer { visit.end() }
            if wait > 0 {
                services.counters.countDelayed()
                await services.readiness.gate.pause(seconds: wait)
            }
            return try await Visit.$current.withValue(visit) { try await next(request, context) }
        }
    }

    private func refusal(_ retryAfter: Int, _ context: NodeContext) -> Response {
        let problem = Problem(
            .rateLimited, detail: "too many requests at a time; come again in \(retryAfter) s",
            details: ["retry_after": "\(retryAfter)"])
        var response = (context.requestID.map(problem.naming) ?? problem).response
        response.headers[.retryAfter] = "\(retryAfter)"
        return response
    }

    /// A proxy on this machine speaks for many, and says for whom.
    private func name(of request: Request, _ context: NodeContext) -> AskerName {
        if services.isBehindProxy, let forwarded = Self.forwardedFor.flatMap({ request.headers[$0] }),
            let last = forwarded.split(separator: ",").last
        {
            return .address(NetworkAddress(last.filter { $0 != " " }))
        }
        return NetworkAddress(context.peer).map(AskerName.address) ?? .otherAddresses
    }

    private static let forwardedFor = HTTPField.Name("x-forwarded-for")

    private func tell(of asker: Asker) {
        services.counters.count(.requests)
        guard asker.shouldTell(now: Monotonic.seconds) else { return }
        services.logger.warning("somebody asks for too much at a time", metadata: ["who": "\(asker.name)"])
    }
}
