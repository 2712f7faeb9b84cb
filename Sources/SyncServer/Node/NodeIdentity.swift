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
    /// HQ's key, and its record.
    package let root: PublicKey
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
        role: StoreRole, key: SigningKey, chain: [WireSignedCertificate], root: PublicKey, organisation: String,
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

/// What a node's store keeps of its identity.
enum IdentityKey {
    static let role = "node_role"
    /// As `KeptChain` writes it.
    static let chain = "node_chain"
    /// HQ's public key, 32 bytes.
    static let root = RootBackups.rootKey
    static let organisation = "node_organisation"
    static let upstream = "node_upstream"
}
