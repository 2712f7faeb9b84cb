import FieldModel
import Foundation
import SyncCore
import SyncStore
package import SyncWire

/// A new HQ, and what its administrator must be told once.
package struct NewHeadquarters: Sendable {
    package let name: String
    /// SHA-256 of the certificate authority, hexadecimal.
    package let fingerprint: String
    /// Of the root key, as its backups print it.
    package let rootFingerprint: String
    package let admin: String
    /// Kept nowhere but as scrypt of it.
    package let password: String
}

extension NodeSetup {
    private static let adminLogin = "admin"

    /// Makes HQ of an organisation: its root key, its certificate authority, its own record and the first administrator.
    /// - Parameter hosts: names and addresses that it is reached at besides loopback.
    package func createHeadquarters(organisation: String, hosts: [String]) throws -> NewHeadquarters {
        let secret = RootSecret(
            key: SigningKey(seed: Entropy.bytes(SigningKey.seedBytes)),
            authority: try TLSAuthority.create(organisation: organisation).secret(),
            record: environment.newRecordID(), organisation: organisation)
        return try createHeadquarters(of: secret, login: Self.adminLogin, isRecovery: false, hosts: hosts)
    }

    /// Makes HQ again of the backup of its root, for branches and devices the one that they know: what its data was comes
    /// back from the branches. It has a first administrator of its own, beside those who come back.
    package func recoverHeadquarters(_ secret: RootSecret, hosts: [String]) throws -> NewHeadquarters {
        let mark = Password.random().prefix(5)
        return try createHeadquarters(
            of: secret, login: "\(Self.adminLogin)-\(mark)", isRecovery: true, hosts: hosts)
    }

    private func createHeadquarters(
        of secret: RootSecret, login: String, isRecovery: Bool, hosts: [String]
    ) throws -> NewHeadquarters {
        let organisation = secret.organisation
        let authority = try TLSAuthority.restore(organisation: organisation, secret: secret.authority)
        let tls = try TLSRequest.create(commonName: organisation, hosts: hosts)
        let tlsCertificate = try authority.issue(
            csrPEM: tls.csrPEM, commonName: organisation, days: ServerLimits.tlsDays)
        let password = Password.random()
        try withNewStore(.hq) { access in
            let record = try access.addHeadquarters(secret.record, name: organisation)
            let identity = try identity(of: record, key: secret.key, authority: authority)
            let admin = PersonDraft(login: login, name: "Administrator", roles: [.admin], branch: record.id)
            guard let user = try access.add(admin, author: record.id) else {
                preconditionFailure("a new store has no users")
            }
            try access.setCredential(Password.credential(for: password), of: user)
            try keep(identity, tls: tls, tlsCertificate: tlsCertificate, in: access)
            if isRecovery { try access.noteRecovery(fingerprint: secret.fingerprint) }
        }
        let fingerprint = try TLSAuthority.fingerprint(certificatePEM: authority.certificatePEM)
        return NewHeadquarters(
            name: organisation, fingerprint: Hex.digits(fingerprint), rootFingerprint: secret.fingerprint, admin: login,
            password: password)
    }

    private func identity(
        of record: BranchRecord, key: SigningKey, authority: TLSAuthority
    ) throws(WireError) -> NodeIdentity {
        let own = Certificate.issueRoot(
            record.id, name: record.name, code: record.code, key: key, now: environment.wallMilliseconds())
        return try NodeIdentity(
            role: .hq, key: key, chain: [own], root: Roots(key.publicKey),
            organisation: record.name, upstream: nil, authorityPEM: authority.certificatePEM, authority: authority)
    }
}
