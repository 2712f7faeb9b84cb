import Foundation
import SyncCore
import SyncStore
package import SyncWire
import Synchronization

/// Who a node is, for all who ask at the same time.
final class KnownIdentity: Sendable {
    private let kept: Mutex<NodeIdentity>
    /// Held from looking to keeping, so that of two changes neither undoes the other. Who only asks does not wait for it.
    private let changing = Mutex(())

    init(_ identity: NodeIdentity) { kept = Mutex(identity) }

    var identity: NodeIdentity { kept.withLock { $0 } }

    /// - Parameters:
    ///   - change: of the identity as it is; nil: nothing changes.
    ///   - keep: durably.
    fileprivate func replace(
        _ change: (NodeIdentity) throws -> NodeIdentity?, keep: (NodeIdentity) throws -> Void
    ) throws -> NodeIdentity {
        try changing.withLock { _ in
            let before = identity
            guard let after = try change(before) else { return before }
            try keep(after)
            kept.withLock { $0 = after }
            return after
        }
    }
}

extension Node {
    /// Learns of other root keys of HQ's. HQ itself learns of earlier ones only: its key is what it has.
    /// - Returns: those that are known now.
    @discardableResult
    package func adopt(_ rotations: [WireSignedRootRotation]) throws -> Roots {
        if rotations.isEmpty { return identity.root }
        return try change { before in
            let roots = try before.root.taking(rotations)
            if roots == before.root || (before.isHQ && roots.current != before.key.publicKey) { return nil }
            return try before.with(root: roots)
        }.root
    }

    /// Shows another certificate from now on.
    package func adopt(chain: [WireSignedCertificate], root: Roots) throws {
        try change { try $0.with(chain: chain, root: root) }
    }

    @discardableResult
    private func change(_ change: (NodeIdentity) throws -> NodeIdentity?) throws -> NodeIdentity {
        try known.replace(change) { after in try store.write { try $0.keepTrust(of: after) } }
    }
}

/// What a store and the files beside it say of a node, its signing key apart.
struct KeptIdentity {
    let role: StoreRole
    let chain: [WireSignedCertificate]
    let root: Roots
    let organisation: String
    let upstream: String?
    let authorityPEM: String
    let authority: TLSAuthority?

    var own: Identity {
        get throws(WireError) { try CertificateChain.verify(chain, root: root, expiry: .ignored) }
    }

    func identity(_ key: SigningKey) throws(WireError) -> NodeIdentity {
        try NodeIdentity(
            role: role, key: key, chain: chain, root: root, organisation: organisation, upstream: upstream,
            authorityPEM: authorityPEM, authority: authority)
    }

    /// HQ's, under a root key that the store does not know yet.
    func identity(_ key: SigningKey, rotations: [WireSignedRootRotation], now: Int64) throws -> NodeIdentity {
        let (roots, own) = (try root.taking(rotations), try own)
        guard role == .hq, roots.current == key.publicKey else { throw NodeFailure.damagedIdentity("the node's key") }
        return try NodeIdentity(
            role: role, key: key,
            chain: [Certificate.issueRoot(own.subject, name: own.name, code: own.code, key: key, now: now)],
            root: roots, organisation: organisation, upstream: upstream, authorityPEM: authorityPEM,
            authority: authority)
    }
}

extension Certificate {
    /// HQ's own.
    static func issueRoot(
        _ record: RecordID, name: String, code: String, key: SigningKey, now: Int64
    ) -> WireSignedCertificate {
        let own = Identity(
            kind: .hq, key: key.publicKey, subject: record, name: name, code: code, issuedAt: now,
            expiresAt: now + ServerLimits.rootDays * ServerLimits.dayMilliseconds)
        return issue(own, by: key)
    }
}
