package import FieldModel
import GRDB
package import SyncCore

/// A grant, as people look at it.
package struct GrantView: Sendable {
    package enum State: String, Worded {
        case running, coming, ended, revoked

        package var label: Words {
            switch self {
            case .running: Words("running", "有效")
            case .coming: Words("not yet", "未开始")
            case .ended: Words("ended", "已结束")
            case .revoked: Words("revoked", "已撤销")
            }
        }
    }

    package let id: RecordID
    /// A person or a branch; nil: it names nobody.
    package let holder: RecordID?
    /// A scope, as it is written.
    package let opens: String
    /// Milliseconds since 1970; nil: at once, for ever.
    package let (from, until): (Int64?, Int64?)
    package let reason: String?
    package let isRevoked: Bool

    package func state(now: Int64) -> State {
        if isRevoked { return .revoked }
        if let until, now >= until { return .ended }
        return from.map { now < $0 } == true ? .coming : .running
    }

    package func isOver(now: Int64) -> Bool { [.ended, .revoked].contains(state(now: now)) }
}

extension ReadAccess {
    /// All that open something and are not deleted, in the order in which they were made.
    package func grants() throws -> [GrantView] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT id, coalesce(user, branch) AS holder, opens, "from", until, reason,
                  EXISTS (SELECT 1 FROM "grant" AS later WHERE later.revokes = "grant".id AND later.deleted = 0) AS revoked
                FROM "grant" WHERE opens IS NOT NULL AND deleted = 0 ORDER BY id
                """
        ).compactMap { row in
            guard let id = RecordID.fromDatabaseValue(row["id"]) else { return nil }
            return GrantView(
                id: id, holder: RecordID.fromDatabaseValue(row["holder"]), opens: row["opens"], from: row["from"],
                until: row["until"], reason: row["reason"], isRevoked: row["revoked"])
        }
    }

    /// Of the people who are known here.
    package func logins() throws -> [String] {
        try String.fetchAll(db, sql: "SELECT login FROM user WHERE deleted = 0 AND login IS NOT NULL ORDER BY login")
    }
}
