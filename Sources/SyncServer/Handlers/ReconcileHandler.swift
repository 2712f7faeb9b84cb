import Hummingbird
import SyncWire

/// `POST /v1/reconcile`: what two replicas hold differently, scope by scope and then record by record.
struct ReconcileHandler {
    let services: NodeServices

    func respond(to request: Request) async throws -> Response {
        let holder = try await services.session(of: request).holder
        let asked = try await services.message(WireReconcileRequest.self, of: request)
        // As with a page: the less room there is, the shorter the answer.
        let share = services.answerRoom.share(wanted: Limits.pageBytesMax)
        Visit.current?.hold(share)
        let comparison = Comparison(asked: asked, holder: holder, bytesMax: share.bytes)
        return try await services.response(try await services.read(comparison.answer))
    }
}
