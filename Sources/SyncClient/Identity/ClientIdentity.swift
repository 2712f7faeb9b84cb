import SyncCore
package import SyncWire

/// Who this replica is to its upstream, and by what it knows the upstream.
package struct ClientIdentity: Sendable {
    package enum Kind: Hashable, Sendable {
        case device
        /// A node with an upstream: it relays the chains of others and signs the verdicts that it gave.
        case branch
    }

    package let kind: Kind
    package let key: SigningKey
    /// This replica's certificate first, HQ's last.
    package let chain: [WireSignedCertificate]
    /// HQ's key, known since enrolment, and how it was replaced.
    package let root: Roots
    /// Path of the PEM file with the organisation's certificate authority, the only one that is trusted.
    package let authorityFile: String
    /// This program's version, such as `1.0.0`.
    package let version: String

    package init(
        kind: Kind, key: SigningKey, chain: [WireSignedCertificate], root: Roots, authorityFile: String,
        version: String
    ) {
        self.kind = kind
        self.key = key
        self.chain = chain
        self.root = root
        self.authorityFile = authorityFile
        self.version = version
    }

    /// Who writes what this replica has to say itself: the person, or the node's record.
    var author: RecordID {
        get throws {
            let identity = try CertificateChain.verify(chain, root: root, expiry: .ignored)
            return identity.user ?? identity.subject
        }
    }

    /// An order to this device, if whoever may give one did.
    func verified(_ order: WireSignedDeviceOrder) throws(WireError) -> SignedDeviceOrder {
        let own = try CertificateChain.verify(chain, root: root, expiry: .ignored)
        return try SignedDeviceOrder(verifying: order, root: root, own: own)
    }

    /// Whether HQ's present key is what its certificates rest on.
    var isUnderCurrentRoot: Bool { (try? CertificateChain.claimedRoot(of: chain)) == root.current }

    /// The same replica with a new certificate, or one that knows of more root keys.
    func with(chain: [WireSignedCertificate]? = nil, root: Roots? = nil) -> ClientIdentity {
        let (chain, root) = (chain ?? self.chain, root ?? self.root)
        return ClientIdentity(
            kind: kind, key: key, chain: chain, root: root, authorityFile: authorityFile, version: version)
    }
}
