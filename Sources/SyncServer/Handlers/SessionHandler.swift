import Hummingbird
import SyncCore
import SyncStore
import SyncWire

/// `POST /v1/session`: first a nonce, then a token for it signed.
struct SessionHandler {
    let services: NodeServices

    func respond(to request: Request) async throws -> Response {
        let asked = try await services.message(WireSessionRequest.self, of: request)
        return try await services.response(asked.nonce.isEmpty ? try await nonce(for: asked) : try await open(asked))
    }

    private func nonce(for asked: WireSessionRequest) async throws -> WireSessionResponse {
        let opening = services.opening
        return try await services.workers.run {
            try opening.nonce(for: asked, under: services.node.adopt(asked.rotations))
        }
    }

    private func open(_ asked: WireSessionRequest) async throws -> WireSessionResponse {
        let opening = services.opening
        let proof = try await services.workers.run {
            try opening.proof(in: asked, expiry: .checked(now: opening.now))
        }
        let opened =
            services.readiness.disk.isLow
            ? try await services.read { try opening.open(proof, asked, $0) }
            : try await services.commit.write { try opening.open(proof, asked, $0) }
        let answer = opening.answer(opened)
        services.counters.count(sessionUntil: answer.expiresAt, now: opening.now)
        return answer
    }
}

extension NodeServices {
    /// How this node opens a session just now.
    var opening: SessionOpening { SessionOpening(identity: identity, tokens: tokens, now: now) }
}
