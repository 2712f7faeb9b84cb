import GRDB
package import SyncCore

/// What somebody holds now.
package struct Holding: Hashable, Sendable {
    /// `Holding.every`, or a scope's name.
    package let scope: String
    /// The position of this node at which he got it.
    package let since: Int64

    /// Stands for every scope.
    package static let every = "*"
    /// Its number in the tables.
    static let everyNumber: Int64 = 0
}

extension ReadAccess {
    private static let current = FixedSQL(
        "SELECT 1 FROM holding WHERE holder = ? AND scope = ? AND until IS NULL LIMIT 1")

    /// Whether a person or a branch holds a scope now, by what this node knows. Everybody holds `catalog` and `org`.
    package func holds(_ holder: RecordID, scope: String) throws -> Bool {
        if scope == "catalog" || scope == "org" { return true }
        guard let holder = try names.known(author: holder) else { return false }
        if try isCurrent(holder, Holding.everyNumber) { return true }
        guard let scope = try names.known(scope: scope) else { return false }
        return try isCurrent(holder, scope)
    }

    private func isCurrent(_ holder: Int64, _ scope: Int64) throws -> Bool {
        let row = try prepare(Self.current)
        row.bind(1, holder)
        row.bind(2, scope)
        return try row.first { _ in true } ?? false
    }

    private static let allCurrent = FixedSQL(
        "SELECT scope, since FROM holding WHERE holder = ? AND until IS NULL ORDER BY scope")

    /// What a person or a branch holds now, besides `catalog` and `org`.
    package func holdings(of holder: RecordID) throws -> [Holding] {
        guard let holder = try names.known(author: holder) else { return [] }
        let rows = try prepare(Self.allCurrent)
        rows.bind(1, holder)
        let found = try rows.all { (scope: $0.integer(0), since: $0.integer(1)) }
        return try found.map { row in
            Holding(
                scope: row.scope == Holding.everyNumber ? Holding.every : try names.scope(row.scope), since: row.since)
        }
    }
}
