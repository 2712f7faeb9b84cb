import FieldModel
import GRDB
import SyncCore

/// What people of a branch hold because it does: in whole lists, because who comes into an office gets all of it at once.
extension WriteAccess {
    /// - Returns: whether anything changed.
    func renewAudiences(of person: RecordID) throws -> Bool {
        let member = try member(person)
        let holder = try names.local(author: person)
        let branch = try member.home.branch.map { try names.local(author: $0) }
        let reasons = member.home.branch.map { branch in
            Audience.allCases.filter { member.isIn($0, of: branch) }.flatMap(\.reasons)
        }
        let shared = """
            reason IN (\(Self.list(reasons ?? []))) AND scope NOT IN (
              SELECT local FROM scope WHERE instr(name, '#') > 0
              AND substr(name, instr(name, '#') + 1) NOT IN (\(Self.open(to: member.roles))))
            """
        let before = db.totalChangesCount
        try db.execute(
            sql: """
                DELETE FROM holding_source WHERE holder = ?1 AND reason IN (\(Self.list(Self.reasons)))
                AND NOT (\(shared) AND EXISTS (SELECT 1 FROM holding_source AS shared
                  WHERE shared.source = holding_source.source AND shared.holder = ?2
                  AND shared.scope = holding_source.scope AND shared.reason = holding_source.reason))
                """, arguments: [holder, branch])
        if let branch, let reasons, !reasons.isEmpty {
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO holding_source (source, holder, scope, reason)
                    SELECT source, ?1, scope, reason FROM holding_source WHERE holder = ?2 AND \(shared)
                    """, arguments: [holder, branch])
        }
        return db.totalChangesCount != before
    }

    private static let reasons = Audience.allCases.flatMap(\.reasons)

    private static func list(_ reasons: [HoldingReason]) -> String {
        reasons.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }

    private static func open(to roles: RoleSet) -> String {
        RestrictedPart.allCases.filter { !$0.roles.isDisjoint(with: roles) }.map { "'\($0.rawValue)'" }
            .joined(separator: ", ")
    }

    private static let unsettled = FixedSQL(
        """
        SELECT scope FROM (
          SELECT scope FROM holding_source WHERE holder = ?1
          EXCEPT SELECT scope FROM holding WHERE holder = ?1 AND until IS NULL)
        UNION ALL SELECT scope FROM (
          SELECT scope FROM holding WHERE holder = ?1 AND until IS NULL
          EXCEPT SELECT scope FROM holding_source WHERE holder = ?1)
        """)

    /// Those that have a source and no holding, or a holding and no source.
    func unsettledPairs(of holder: Int64) throws -> [HeldPair] {
        let rows = try prepare(Self.unsettled)
        rows.bind(1, holder)
        return try rows.all { HeldPair(holder: holder, scope: $0.integer(0)) }
    }
}
