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
        let (peer, roots) = try await services.workers.run {
            let roots = try services.node.adopt(asked.rotations)
            return (try CertificateChain.verify(asked.chain, root: roots, expiry: .ignored), roots)
        }
        var answer = WireSessionResponse()
        answer.nonce = Data(services.tokens.nonce(for: peer.key, now: now))
        answer.nodeTime = now
        answer.rotations = try roots.rotations(since: CertificateChain.claimedRoot(of: asked.chain))
        return answer
    }

    private func open(_ asked: WireSessionRequest) async throws -> WireSessionResponse {
        let now = services.now
        let proof = try await services.workers.run {
            try Proof(
                asked, root: services.identity.root, tokens: services.tokens, now: now, expiry: .checked(now: now))
        }
        let identity = services.identity
        let opened =
            services.readiness.disk.isLow
            ? try await services.read { try Opened(proof, by: identity, $0) }
            : try await services.commit.write { access in
                let opened = try Opened(proof, by: identity, access)
                try access.note(proof.identity, version: asked.version, node: identity.record)
                return opened
            }
        var answer = WireSessionResponse()
        answer.expiresAt = now + ServerLimits.sessionMilliseconds
        services.counters.count(sessionUntil: answer.expiresAt, now: now)
        answer.token = services.tokens.token(for: proof.session, expiresAt: answer.expiresAt)
        answer.nodeTime = now
        answer.node = services.identity.name
        answer.hq = services.identity.isHQ
        answer.epoch = opened.epoch
        answer.leaseDays = UInt32(clamping: opened.leaseDays)
        if let order = opened.order { answer.order = order }
        return answer
    }
}

/// What a session's answer says of one snapshot.
private struct Opened: Sendable {
    let epoch: UInt64
    let leaseDays: Int64
    let order: WireSignedDeviceOrder?

    init(_ proof: Proof, by identity: NodeIdentity, _ access: ReadAccess) throws {
        try access.demandStanding(of: proof.session, for: .session)
        epoch = try access.epoch()
        leaseDays = try access.leaseDays(headquarters: identity.headquarters)
        order =
            try proof.identity.user == nil
            ? nil
            : DeviceOrders(identity).standing(for: proof.identity.subject, access)
    }
}

extension WriteAccess {
    /// Notes that a peer opened a session.
    fileprivate func note(_ identity: Identity, version: String, node: RecordID) throws {
        guard let user = identity.user else { return try note(branch: identity) }
        if identity.branch == node, try device(identity.subject) == nil {
            try adoptDevice(
                identity.subject, key: identity.key.bytes, user: user, name: identity.name, code: identity.code,
                node: node)
        }
        try noteSession(ofDevice: identity.subject, version: String(version.prefix(100)))
    }

    /// A branch that HQ has forgotten, since it was made again, is listed under the key that comes first.
    private func note(branch: Identity) throws {
        if try branchLink(branch.subject) == nil {
            try registerBranch(branch.subject, key: branch.key.bytes, name: branch.name, url: "")
        }
        try noteExchange(ofBranch: branch.subject, pending: nil)
    }
}
