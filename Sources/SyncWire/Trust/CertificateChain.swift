import SyncCore

/// Certificates from a leaf to HQ's own.
package enum CertificateChain {
    package enum Expiry: Sendable {
        /// Every certificate must still be valid, at so many milliseconds since 1970.
        case checked(now: Int64)
        /// For what was signed earlier: a device that was long away signed its sets while its certificate was valid,
        /// and no clock of its own can prove that.
        case ignored
    }

    /// Who the leaf is, if every certificate is signed by the next and the last one is HQ's.
    /// - Parameters:
    ///   - chain: the leaf first.
    ///   - root: HQ's key, known since enrolment, and those before it.
    package static func verify(
        _ chain: [WireSignedCertificate], root: Roots, expiry: Expiry
    ) throws(WireError) -> Identity {
        guard !chain.isEmpty else { throw .untrusted("no certificate") }
        guard chain.count <= Limits.chainCertificatesMax else {
            throw .tooLarge(what: "certificates in a chain", limit: Limits.chainCertificatesMax)
        }
        var certificates: [Certificate] = []
        for signed in chain { certificates.append(try Certificate(verifying: signed)) }
        let last = certificates[certificates.count - 1]
        try demandOwn(last)
        let replacement = try root.replacement(of: last.identity.key)
        if let replacement { for each in certificates { try demand(each, before: replacement) } }
        for (subject, issuer) in zip(certificates, certificates.dropFirst()) { try demand(subject, signedBy: issuer) }
        if case .checked(let now) = expiry {
            // Its owner is who he says only for whoever keeps a list of keys, and gives him a new certificate.
            if replacement?.isCompromised == true { throw .expired("the root key of \(certificates[0].identity.name)") }
            for each in certificates { try demandValid(each.identity, now) }
        }
        return certificates[0].identity
    }

    /// The key that a chain claims to be HQ's: to be learnt once, at enrolment, when TLS vouches for who sent it, and to be
    /// verified against from then on.
    package static func claimedRoot(of chain: [WireSignedCertificate]) throws(WireError) -> PublicKey {
        guard let last = chain.last else { throw .untrusted("no certificate") }
        let root = try Certificate(verifying: last)
        try demandOwn(root)
        return root.identity.key
    }

    /// a key that was replaced certified before that, or somebody else has it.
    private static func demand(_ certificate: Certificate, before replacement: RootRotation) throws(WireError) {
        guard certificate.issuer != replacement.old || certificate.identity.issuedAt < replacement.at else {
            throw .untrusted("\(certificate.identity.name) was certified by a root key that had been replaced")
        }
    }

    private static func demandOwn(_ certificate: Certificate) throws(WireError) {
        guard certificate.identity.kind == .hq, certificate.identity.key == certificate.issuer else {
            throw .untrusted("the chain does not end in this organisation's HQ")
        }
    }

    private static func demand(_ subject: Certificate, signedBy issuer: Certificate) throws(WireError) {
        guard subject.issuer == issuer.identity.key else {
            throw .untrusted("\(subject.identity.name) is certified by another key than the next in the chain")
        }
        guard issuer.identity.kind.maySign(subject.identity.kind) else {
            throw .untrusted("\(issuer.identity.name) may not certify \(subject.identity.name)")
        }
        // A branch certifies its own devices only; HQ those of any branch.
        guard issuer.identity.kind == .hq || subject.identity.branch == issuer.identity.subject else {
            throw .untrusted("\(subject.identity.name) is a device of another branch than the one that certified it")
        }
    }

    private static func demandValid(_ identity: Identity, _ now: Int64) throws(WireError) {
        guard now < identity.expiresAt else { throw .expired("the certificate of \(identity.name)") }
    }
}
