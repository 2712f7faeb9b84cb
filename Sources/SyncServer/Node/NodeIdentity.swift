package import SyncCore
package import SyncStore
package import SyncWire

/// Who a node is.
package struct NodeIdentity: Sendable {
    package let role: StoreRole
    package let key: SigningKey
    /// This node's certificate first, HQ's last.
    package let chain: [WireSignedCertificate]
    /// What the certificate says.
    package let own: Identity
    /// HQ's key with those before it, and its record.
    package let root: Roots
    package let headquarters: RecordID
    package let organisation: String
    /// Nil at HQ.
    package let upstream: String?
    /// PEM of the organisation's certificate authority.
    package let authorityPEM: String
    /// HQ's authority, which signs the branches' TLS certificates; nil at a branch.
    package let authority: TLSAuthority?

    /// What HQ is made again of when all else is lost; nil at a branch.
    package var rootSecret: RootSecret? {
        get throws {
            guard let authority else { return nil }
            return RootSecret(
                key: key, authority: try authority.secret(), record: record, organisation: organisation)
        }
    }

    package var name: String { own.name }
    /// In readable numbers.
    package var code: String { own.code }
    /// The record of this node; the author of what the node writes itself.
    package var record: RecordID { own.subject }
    package var isHQ: Bool { role == .hq }

    package init(
        role: StoreRole, key: SigningKey, chain: [WireSignedCertificate], root: Roots, organisation: String,
        upstream: String?, authorityPEM: String, authority: TLSAuthority?
    ) throws(WireError) {
        own = try CertificateChain.verify(chain, root: root, expiry: .ignored)
        guard own.key == key.publicKey, own.kind == (role == .hq ? .hq : .branch) else {
            throw .untrusted("the certificate is not this node's")
        }
        headquarters = try CertificateChain.verify(Array(chain.suffix(1)), root: root, expiry: .ignored).subject
        self.role = role
        self.key = key
        self.chain = chain
        self.root = root
        self.organisation = organisation
        self.upstream = upstream
        self.authorityPEM = authorityPEM
        self.authority = authority
    }
}

extension NodeIdentity {
    /// The same node with a new certificate, or one that knows of more root keys.
    func with(chain: [WireSignedCertificate]? = nil, root: Roots? = nil) throws(WireError) -> NodeIdentity {
        try NodeIdentity(
            role: role, key: key, chain: chain ?? self.chain, root: root ?? self.root, organisation: organisation,
            upstream: upstream, authorityPEM: authorityPEM, authority: authority)
    }
}

extension WriteAccess {
    /// Keeps whom a node trusts, and by what it is trusted.
    func keepTrust(of identity: NodeIdentity) throws {
        try setMeta(IdentityKey.chain, KeptChain.bytes(identity.chain))
        try setMeta(IdentityKey.root, identity.root.current.bytes)
        try setMeta(IdentityKey.rotations, identity.root.keptRotations)
    }
}

/// What a node's store keeps of its identity.
enum IdentityKey {
    static let role = "node_role"
    /// As `KeptChain` writes it.
    static let chain = "node_chain"
    /// HQ's public key, 32 bytes.
    static let root = RootBackups.rootKey
    /// How it was replaced.
    static let rotations = "node_root_rotations"
    static let organisation = "node_organisation"
    static let upstream = "node_upstream"
}
