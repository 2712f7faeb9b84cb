package import SyncWire

/// What a node gave a replica when it enrolled, or renewed its certificate; checked.
package struct EnrolmentResult: Sendable {
    /// The new certificate first, HQ's last.
    package let chain: [WireSignedCertificate]
    /// Who the new certificate says that this replica is: its id, person and branch.
    package let identity: Identity
    /// HQ's key: the end of every chain that is to be believed.
    package let root: Roots
    /// The organisation's certificate authority, PEM; nil in a renewal.
    package let authorityPEM: String?
    package let organisation: String
    /// The node that answered.
    package let node: String
    /// Devices: the person's login name.
    package let login: String
    package let roles: [String]
    /// Devices: the codes in readable numbers.
    package let branchCode: String
    package let deviceCode: String
    /// Where records without a place of their own go.
    package let homeScope: String
    /// Branches: the signed certificate for TLS, PEM; empty for devices.
    package let tlsCertificate: String

    /// Whether the chain ends in `root` and its first certificate is for `key`. Expiry is not checked: a new device's
    /// clock may be years off.
    init(
        verifying answer: WireEnrollResponse, key: PublicKey, root: Roots, authorityPEM: String?
    ) throws(WireError) {
        let root = try root.taking(answer.rotations)
        identity = try CertificateChain.verify(answer.chain, root: root, expiry: .ignored)
        guard identity.key == key else { throw .untrusted("the certificate is for another key") }
        chain = answer.chain
        self.root = root
        self.authorityPEM = authorityPEM
        organisation = answer.organisation
        node = answer.node
        login = answer.login
        roles = answer.roles
        branchCode = answer.branchCode
        deviceCode = answer.deviceCode
        homeScope = answer.homeScope
        tlsCertificate = answer.tlsCertificate
    }
}
