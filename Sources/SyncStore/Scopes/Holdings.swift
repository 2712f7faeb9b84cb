import FieldModel
import GRDB
package import SyncCore
import SyncWire

/// What somebody holds now.
package struct Holding: Hashable, Sendable {
    /// `Holding.every`, or a scope's name.
    package let scope: String
    /// The position of this node at which he got it.
    package let since: Int64

    /// Stands for every scope.
    package static let every = HoldingClaim.every
    /// Its number in the tables.
    static let everyNumber: Int64 = 0
}

extension ReadAccess {
    private static let current = FixedSQL(
        "SELECT 1 FROM holding WHERE holder = ? AND scope = ? AND until IS NULL LIMIT 1")

    /// Whether a person or a branch holds a scope now, by what this node knows. Everybody holds `catalog` and `org`. Of what
    /// is restricted, who holds everything sees what his roles open.
    package func holds(_ holder: RecordID, scope: String) throws -> Bool {
        if scope == "catalog" || scope == "org" { return true }
        guard let number = try names.known(author: holder) else { return false }
        return try [everyNumber(over: scope), names.known(scope: scope)].compactMap(\.self).contains {
            try isCurrent(number, $0)
        }
    }

    /// The number that stands for every scope of a scope's kind: for all that are open, or for one restricted part of each.
    /// Nil: nobody here ever held all of that kind.
    func everyNumber(over scope: String) throws -> Int64? {
        guard let mark = scope.utf8.firstIndex(of: UInt8(ascii: "#")) else { return Holding.everyNumber }
        return try names.known(scope: Holding.every + scope[mark...])
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

    private static let lastHeld = FixedSQL(
        """
        SELECT max(at) FROM position JOIN holding ON position = until
        WHERE holder = ? AND scope = ? AND until IS NOT NULL
        """)

    /// Whether somebody held a scope not longer ago than the lease.
    func held(_ holder: RecordID, scope: String) throws -> Bool {
        guard let holder = try names.known(author: holder) else { return false }
        let scopes = try [everyNumber(over: scope), names.known(scope: scope)].compactMap(\.self)
        let limit = environment.wallMilliseconds() - Limits.leaseDays * 86_400_000
        return try scopes.contains { scope in
            let row = try prepare(Self.lastHeld)
            row.bind(1, holder)
            row.bind(2, scope)
            let at: Int64? = try row.first { $0.isNull(0) ? nil : $0.integer(0) } ?? nil
            return at.map { $0 >= limit } ?? false
        }
    }

    private static let recordsOfScope = FixedSQL("SELECT records FROM scope WHERE name = ?")

    /// Whether any record of a scope is here.
    func hasRecords(scope: String) throws -> Bool {
        let row = try prepare(Self.recordsOfScope)
        row.bind(1, text: scope)
        return try row.first { $0.integer(0) > 0 } ?? false
    }
}
