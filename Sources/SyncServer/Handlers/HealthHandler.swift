import Hummingbird

/// `GET /healthz`, `/readyz`: for whoever operates the node, and for what stands in front of it. They tell no content.
struct HealthHandler {
    let services: NodeServices

    func alive() -> Response { .text("ok\n") }

    /// Whether the node can accept writes now: it makes an empty one.
    func ready() async throws -> Response {
        let readiness = services.readiness
        if let reason = try await services.workers.run({ try readiness.reasons().first }) { throw reason.problem }
        try await services.commit.write { _ in }
        return .text("ready\n")
    }
}

extension Response {
    static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(
            status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
