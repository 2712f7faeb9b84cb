import Foundation
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
        let now = services.now
        let peer = try await services.workers.run {
            try CertificateChain.verify(asked.chain, root: services.identity.root, expiry: .ignored)
        }
        var answer = WireSessionResponse()
        answer.nonce = Data(services.tokens.nonce(for: peer.key, now: now))
        answer.nodeTime = now
        return answer
    }

    private func open(_ asked: WireSessionRequest) async throws -> WireSessionResponse {
        let now = services.now
        let proof = try await services.workers.run {
            try Proof(
                asked, root: services.identity.root, tokens: services.tokens, now: now, expiry: .checked(now: now))
        }
        let node = services.identity.record
        let epoch =
            services.readiness.disk.isLow
            ? try await services.read { access in
                try access.demandStanding(of: proof.session, for: .session)
                return try access.epoch()
            }
            : try await services.commit.write { access in
                try access.demandStanding(of: proof.session, for: .session)
                try access.note(proof.identity, version: asked.version, node: node)
                return try access.epoch()
            }
        var answer = WireSessionResponse()
        answer.expiresAt = now + ServerLimits.sessionMilliseconds
        services.counters.count(sessionUntil: answer.expiresAt, now: now)
        answer.token = services.tokens.token(for: proof.session, expiresAt: answer.expiresAt)
        answer.nodeTime = now
        answer.node = services.identity.name
        answer.hq = services.identity.isHQ
        answer.epoch = epoch
        return answer
    }
}

extension WriteAccess {
    /// Notes that a peer opened a session.
    fileprivate func note(_ identity: Identity, version: String, node: RecordID) throws {
        guard let user = identity.user else { return try noteExchange(ofBranch: identity.subject, pending: nil) }
        if identity.branch == node, try device(identity.subject) == nil {
            try adoptDevice(
                identity.subject, key: identity.key.bytes, user: user, name: identity.name, code: identity.code,
                node: node)
        }
        try noteSession(ofDevice: identity.subject, version: String(version.prefix(100)))
    }
}
