import FieldModel
import Foundation
import GRDB
package import SyncCore

/// What an enrolment code lets its bearer become.
package struct Invite: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case device
        case branch
    }

    package let kind: Kind
    /// The person's record for a device, the branch's for a branch.
    package let subject: RecordID
    /// What the device or branch shall be called; may be empty for a device.
    package let name: String
    /// Milliseconds since 1970.
    package let expiresAt: Int64

    package init(kind: Kind, subject: RecordID, name: String, expiresAt: Int64) {
        self.kind = kind
        self.subject = subject
        self.name = name
        self.expiresAt = expiresAt
    }
}

/// What came of showing an enrolment code.
package enum InviteOutcome: Hashable, Sendable {
    case good(Invite)
    /// The same key showed it before: the answer was lost.
    case again(Invite)
    case unknown
    case used
    case expired
}

extension WriteAccess {
    /// - Parameter codeHash: of the code's secret, which itself is kept nowhere.
    package func add(_ invite: Invite, codeHash: [UInt8]) throws {
        try db.execute(
            sql: "INSERT INTO invite (code_hash, kind, subject, name, expires_at) VALUES (?, ?, ?, ?, ?)",
            arguments: [Data(codeHash), invite.kind.rawValue, invite.subject, invite.name, invite.expiresAt])
        try audit(
            .invited,
            [
                (invite.kind == .device ? "user" : "branch", .string(invite.subject.description)),
                ("name", .string(invite.name)), ("expires_at", .integer(invite.expiresAt)),
            ])
    }

    /// Uses a code up. The caller registers the key in the same transaction, so that a code is worth one key.
    package func useInvite(codeHash: [UInt8], key: [UInt8]) throws -> InviteOutcome {
        let row = try Row.fetchOne(db, sql: "SELECT * FROM invite WHERE code_hash = ?", arguments: [Data(codeHash)])
        guard let row, let kind = Invite.Kind(rawValue: row["kind"]),
            let subject = RecordID.fromDatabaseValue(row["subject"])
        else { return .unknown }
        let invite = Invite(kind: kind, subject: subject, name: row["name"], expiresAt: row["expires_at"])
        if let usedBy = row["used_by"] as Data? { return [UInt8](usedBy) == key ? .again(invite) : .used }
        let now = environment.wallMilliseconds()
        guard now < invite.expiresAt else { return .expired }
        try db.execute(
            sql: "UPDATE invite SET used_at = ?, used_by = ? WHERE code_hash = ?",
            arguments: [now, Data(key), Data(codeHash)])
        return .good(invite)
    }
}
