import Hummingbird
import SyncWire

/// Turns requests away once the node drains. Whoever operates it may still ask how it is.
struct GateMiddleware: RouterMiddleware {
    let gate: Gate

    func handle(
        _ request: Request, context: NodeContext, next: (Request, NodeContext) async throws -> Response
    ) async throws -> Response {
        if Routes.operators.contains(request.uri.path) { return try await next(request, context) }
        guard gate.enter() else { throw Unreadiness.draining.problem }
        defer { gate.leave() }
        return try await next(request, context)
    }
}
