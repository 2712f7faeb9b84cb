import SyncCore
import SyncStore
import SyncWire

/// Gives HQ another root key, while nobody serves it. The old one signs the new one and is forgotten; what it
/// certified stays good until it is renewed, or where somebody else may have it, for nothing but to be renewed.
package struct RootChange {
    private let node: Node

    /// - Throws: `NodeFailure.damagedIdentity` at a branch.
    package init(_ node: Node) throws {
        guard node.identity.isHQ else { throw NodeFailure.damagedIdentity("a branch has no root key") }
        self.node = node
    }

    /// - Returns: the new key's fingerprint.
    package func run(isCompromised: Bool) throws -> String {
        let before = node.identity
        let now = node.store.environment.wallMilliseconds()
        let key = SigningKey(seed: Entropy.bytes(SigningKey.seedBytes))
        let rotation = RootRotation.sign(from: before.key, to: key, at: now, isCompromised: isCompromised)
        let root = try before.root.taking([rotation])
        let own = Certificate.issueRoot(before.record, name: before.name, code: before.code, key: key, now: now)
        let after = try NodeIdentity(
            role: .hq, key: key, chain: [own], root: root, organisation: before.organisation, upstream: nil,
            authorityPEM: before.authorityPEM, authority: before.authority)
        // The key first: a database that does not know it yet is brought after it when the node is opened.
        let vault = NodeVault(node.directory)
        try vault.keep(key, root, vault.open())
        let fingerprint = RootSecret.fingerprint(of: key.publicKey)
        try node.store.write { access in
            try access.keepTrust(of: after)
            try access.noteRootChange(
                from: RootSecret.fingerprint(of: before.key.publicKey), to: fingerprint, isCompromised: isCompromised)
        }
        return fingerprint
    }
}
