import FieldModel
import Foundation
import SyncCore
import SyncStore
import SyncWire

/// A new HQ, and what its administrator must be told once.
package struct NewHeadquarters: Sendable {
    package let name: String
    /// SHA-256 of the certificate authority, hexadecimal.
    package let fingerprint: String
    package let admin: String
    /// Kept nowhere but as scrypt of it.
    package let password: String
}

extension NodeSetup {
    private static let adminLogin = "admin"

    /// Makes HQ of an organisation: its root key, its certificate authority, its own record and the first administrator.
    /// - Parameter hosts: names and addresses that it is reached at besides loopback.
    package func createHeadquarters(organisation: String, hosts: [String]) throws -> NewHeadquarters {
        let authority = try TLSAuthority.create(organisation: organisation)
        let tls = try TLSRequest.create(commonName: organisation, hosts: hosts)
        let tlsCertificate = try authority.issue(
            csrPEM: tls.csrPEM, commonName: organisation, days: ServerLimits.tlsDays)
        let key = SigningKey(seed: Entropy.bytes(SigningKey.seedBytes))
        let password = Password.random()
        try withNewStore(.hq) { access in
            let record = try access.addBranch(name: organisation, code: .headquarters, author: nil)
            let identity = try identity(of: record, key: key, authority: authority)
            let admin = PersonDraft(
                login: Self.adminLogin, name: "Administrator", roles: [.admin], branch: record.id)
            guard let user = try access.add(admin, author: record.id) else {
                preconditionFailure("a new store has no users")
            }
            try access.setCredential(Password.credential(for: password), of: user)
            try keep(identity, tls: tls, tlsCertificate: tlsCertificate, in: access)
        }
        let fingerprint = try TLSAuthority.fingerprint(certificatePEM: authority.certificatePEM)
        return NewHeadquarters(
            name: organisation, fingerprint: Hex.digits(fingerprint), admin: Self.adminLogin, password: password)
    }

    private func identity(
        of record: BranchRecord, key: SigningKey, authority: TLSAuthority
    ) throws(WireError) -> NodeIdentity {
        let now = environment.wallMilliseconds()
        let own = Identity(
            kind: .hq, key: key.publicKey, subject: record.id, name: record.name, code: record.code, issuedAt: now,
            expiresAt: now + ServerLimits.rootDays * ServerLimits.dayMilliseconds)
        return try NodeIdentity(
            role: .hq, key: key, chain: [Certificate.issue(own, by: key)], root: key.publicKey,
            organisation: record.name, upstream: nil, authorityPEM: authority.certificatePEM, authority: authority)
    }
}
