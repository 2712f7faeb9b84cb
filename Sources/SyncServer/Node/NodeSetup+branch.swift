import Foundation
import SyncCore
import SyncStore
package import SyncWire

/// A branch that is about to enrol: what it made for itself, before HQ has seen any of it.
package struct BranchDraft: Sendable {
    package let name: String
    /// To be made HQ's word by an enrolment.
    package let key: SigningKey
    let tls: TLSRequest
    /// PEM, for the request to enrol.
    package var tlsRequest: String { tls.csrPEM }

    /// - Parameter hosts: names and addresses that it is reached at besides loopback.
    package init(name: String, hosts: [String]) throws(TLSFailure) {
        self.name = name
        key = SigningKey(seed: Entropy.bytes(SigningKey.seedBytes))
        tls = try TLSRequest.create(commonName: name, hosts: hosts)
    }
}

/// What HQ answered a branch that enrolled, checked by whoever asked.
package struct BranchEnrolment: Sendable {
    let chain: [WireSignedCertificate]
    let root: Roots
    let organisation: String
    let authorityPEM: String
    let tlsCertificate: String

    package init(
        chain: [WireSignedCertificate], root: Roots, organisation: String, authorityPEM: String,
        tlsCertificate: String
    ) {
        self.chain = chain
        self.root = root
        self.organisation = organisation
        self.authorityPEM = authorityPEM
        self.tlsCertificate = tlsCertificate
    }
}

extension NodeSetup {
    /// Makes a branch of what HQ answered. Its records, its own among them, come with the first pull.
    @discardableResult
    package func createBranch(_ draft: BranchDraft, enrolment: BranchEnrolment, upstream: String) throws -> NodeIdentity
    {
        guard !enrolment.tlsCertificate.isEmpty else { throw NodeFailure.notEnrolled("the code was not a branch's") }
        let identity = try NodeIdentity(
            role: .branch, key: draft.key, chain: enrolment.chain, root: enrolment.root,
            organisation: enrolment.organisation, upstream: upstream, authorityPEM: enrolment.authorityPEM,
            authority: nil)
        try withNewStore(.branch) { access in
            try keep(identity, tls: draft.tls, tlsCertificate: enrolment.tlsCertificate, in: access)
        }
        return identity
    }
}
