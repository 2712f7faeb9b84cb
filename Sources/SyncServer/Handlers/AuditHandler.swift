import Hummingbird
import SyncWire

/// `POST /v1/audit`: how far this node's audit goes, and what it keeps of the asker's.
struct AuditHandler {
    let services: NodeServices

    func respond(to request: Request) async throws -> Response {
        let session = try await services.session(of: request)
        let asked = try await services.message(WireAuditRequest.self, of: request)
        let answering = AuditAnswering(identity: services.identity, session: session)
        let heads = try await services.workers.run { try answering.verify(asked) }
        return try await services.response(services.commit.write { try answering.answer(heads, $0) })
    }
}
