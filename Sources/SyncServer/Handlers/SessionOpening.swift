import Foundation
import SyncCore
import SyncStore
import SyncWire

/// A session as a node opens it: a nonce, the proof that answers it, and what the node says of itself then.
struct SessionOpening: Sendable {
    let identity: NodeIdentity
    let tokens: SessionTokens
    let now: Int64

    /// - Parameter roots: HQ's keys, with what the asker told of them.
    func nonce(for asked: WireSessionRequest, under roots: Roots) throws -> WireSessionResponse {
        let peer = try CertificateChain.verify(asked.chain, root: roots, expiry: .ignored)
        var answer = WireSessionResponse()
        answer.nonce = Data(tokens.nonce(for: peer.key, now: now))
        answer.nodeTime = now
        answer.rotations = try roots.rotations(since: CertificateChain.claimedRoot(of: asked.chain))
        return answer
    }

    /// - Parameter expiry: ignored for a renewal.
    func proof(in asked: WireSessionRequest, expiry: CertificateChain.Expiry) throws -> Proof {
        try Proof(asked, root: identity.root, tokens: tokens, now: now, expiry: expiry)
    }

    /// Opens it and notes that it was opened.
    func open(_ proof: Proof, _ asked: WireSessionRequest, _ access: WriteAccess) throws -> OpenedSession {
        if asked.hasCheckpoint { _ = try access.notice(asked.checkpoint, of: proof.session) }
        let opened = try OpenedSession(proof, by: identity, access)
        try access.note(proof.identity, version: asked.version, node: identity.record)
        return opened
    }

    /// Opens it where there is no room to note it.
    /// - Throws: `StoreFailure.diskFull` where something must be noted.
    func open(_ proof: Proof, _ asked: WireSessionRequest, _ access: ReadAccess) throws -> OpenedSession {
        let opened = try OpenedSession(proof, by: identity, access)
        if asked.hasCheckpoint, try access.lostCheckpoint(Checkpoint(asked.checkpoint), of: proof.session) != nil {
            throw StoreFailure.diskFull
        }
        return opened
    }

    func answer(_ opened: OpenedSession) -> WireSessionResponse {
        var answer = WireSessionResponse()
        answer.expiresAt = now + ServerLimits.sessionMilliseconds
        answer.token = tokens.token(for: opened.session, expiresAt: answer.expiresAt)
        answer.nodeTime = now
        answer.node = identity.name
        answer.hq = identity.isHQ
        answer.epoch = opened.epoch
        answer.leaseDays = UInt32(clamping: opened.leaseDays)
        if let order = opened.order { answer.order = order }
        return answer
    }
}

/// What a session's answer says of one snapshot.
struct OpenedSession: Sendable {
    let session: Session
    let epoch: UInt64
    let leaseDays: Int64
    let order: WireSignedDeviceOrder?

    init(_ proof: Proof, by identity: NodeIdentity, _ access: ReadAccess) throws {
        session = proof.session
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
