package import SyncCore
package import SyncStore
package import SyncWire

/// An enrolment code to be handed to a person, shown once.
package struct Invitation: Hashable, Sendable {
    package let code: String
    /// Milliseconds since 1970.
    package let expiresAt: Int64
}

/// The codes that a node gives out. What is kept of a code is the hash of its secret.
package struct Invitations: Sendable {
    private let fingerprint: [UInt8]
    private let node: RecordID

    package init(_ identity: NodeIdentity) throws(TLSFailure) {
        fingerprint = try TLSAuthority.fingerprint(certificatePEM: identity.authorityPEM)
        node = identity.record
    }

    /// For a device of a person.
    package func device(of user: RecordID, name: String, _ access: WriteAccess) throws -> Invitation {
        try invite(.device, user, name, milliseconds: ServerLimits.deviceInviteMilliseconds, access)
    }

    /// For a branch, whose record is made now where there is none of that name, so that people can be assigned to it
    /// before its machine is there.
    package func branch(named name: String, _ access: WriteAccess) throws -> Invitation {
        let record =
            try access.branchRecord(named: name)
            ?? access.addBranch(name: name, code: .branch(named: name), author: node)
        return try invite(.branch, record.id, name, milliseconds: ServerLimits.branchInviteMilliseconds, access)
    }

    private func invite(
        _ kind: Invite.Kind, _ subject: RecordID, _ name: String, milliseconds: Int64, _ access: WriteAccess
    ) throws -> Invitation {
        let code = EnrolmentCode(secret: Entropy.bytes(Limits.enrolmentSecretBytes), fingerprint: fingerprint)
        let expiresAt = access.environment.wallMilliseconds() + milliseconds
        try access.add(
            Invite(kind: kind, subject: subject, name: name, expiresAt: expiresAt),
            codeHash: EnrolmentCode.secretHash(code.secret))
        return Invitation(code: code.text, expiresAt: expiresAt)
    }
}
