import FieldModel
import Foundation
import GRDB
package import SyncCore

/// What a node keeps of a person's password: scrypt of it with a salt.
package struct Credential: Hashable, Sendable {
    package let salt: [UInt8]
    package let hash: [UInt8]

    package init(salt: [UInt8], hash: [UInt8]) {
        self.salt = salt
        self.hash = hash
    }
}

extension ReadAccess {
    package func credential(of user: RecordID) throws -> Credential? {
        try Row.fetchOne(db, sql: "SELECT salt, hash FROM credential WHERE user = ?", arguments: [user]).map {
            Credential(salt: [UInt8]($0["salt"] as Data), hash: [UInt8]($0["hash"] as Data))
        }
    }
}

extension WriteAccess {
    package func setCredential(_ credential: Credential, of user: RecordID) throws {
        try db.execute(
            sql: """
                INSERT INTO credential (user, salt, hash) VALUES (?, ?, ?)
                ON CONFLICT (user) DO UPDATE SET salt = excluded.salt, hash = excluded.hash
                """,
            arguments: [user, Data(credential.salt), Data(credential.hash)])
        try audit(.passwordSet, [("user", .string(user.description))])
    }
}
