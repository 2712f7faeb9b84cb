import FieldModel
import GRDB
import SyncCore

/// Somebody and a scope, by their numbers.
struct HeldPair: Hashable {
    let holder: Int64
    let scope: Int64
}

/// One row of `holding_source`, without its source.
struct SourceRow: Hashable {
    let pair: HeldPair
    let reason: HoldingReason
}

extension WriteAccess {
    private static let rowsOfSource = FixedSQL("SELECT holder, scope, reason FROM holding_source WHERE source = ?")
    private static let insertSource = FixedSQL(
        "INSERT OR IGNORE INTO holding_source (source, holder, scope, reason) VALUES (?, ?, ?, ?)")
    private static let deleteSource = FixedSQL(
        "DELETE FROM holding_source WHERE source = ? AND holder = ? AND scope = ? AND reason = ?")
    private static let setDue = FixedSQL(
        """
        INSERT INTO holding_due (source, at) VALUES (?, ?)
        ON CONFLICT DO UPDATE SET at = excluded.at WHERE at <> excluded.at
        """)
    private static let deleteDue = FixedSQL("DELETE FROM holding_due WHERE source = ?")

    /// Writes what follows from one record now, where it is not what is written.
    /// - Returns: the pairs that gained or lost a source.
    func renewSource(_ source: RecordID, _ type: TypeTag, now: Int64) throws -> Set<HeldPair> {
        let claims = try claims(of: source, type, now: now)
        try setDue(claims.due, of: source)
        let wanted = try Set(claims.claims.flatMap(expand))
        let rows = try prepare(Self.rowsOfSource)
        rows.bind(1, source)
        let there = try Set(rows.all(Self.sourceRow))
        if wanted == there { return [] }
        for row in there.subtracting(wanted) { try run(Self.deleteSource, source, row) }
        for row in wanted.subtracting(there) { try run(Self.insertSource, source, row) }
        return Set(wanted.symmetricDifference(there).map(\.pair))
    }

    private static func sourceRow(_ row: Prepared) throws -> SourceRow {
        guard let reason = HoldingReason(rawValue: row.text(2)) else { throw ByteReader.damage }
        return SourceRow(pair: HeldPair(holder: row.integer(0), scope: row.integer(1)), reason: reason)
    }

    private func run(_ sql: FixedSQL, _ source: RecordID, _ row: SourceRow) throws {
        let statement = try prepare(sql)
        statement.bind(1, source)
        statement.bind(2, row.pair.holder)
        statement.bind(3, row.pair.scope)
        statement.bind(4, text: row.reason.rawValue)
        try statement.run()
    }

    private func setDue(_ at: Int64?, of source: RecordID) throws {
        let row = try prepare(at == nil ? Self.deleteDue : Self.setDue)
        row.bind(1, source)
        if let at { row.bind(2, at) }
        let before = db.totalChangesCount
        try row.run()
        if db.totalChangesCount != before { session.isDueMoved = true }
    }

    /// A claim with what goes with it: the branch's people who hold it too, and the scope's restricted parts.
    private func expand(_ claim: HoldingClaim) throws -> [SourceRow] {
        let scope = claim.scope == HoldingClaim.every ? Holding.everyNumber : try names.local(scope: claim.scope)
        let parts = try parts(of: claim.scope)
        let people = try claim.reason.audience.map { try self.people(of: claim.holder, $0) } ?? []
        return try ([claim.holder] + people).flatMap { holder in
            let roles = try parts.isEmpty ? nil : rolesOfHolder(holder)
            let open = parts.filter { RestrictedPart.follows($0.part, claim.reason, roles: roles) }.map(\.scope)
            let number = try names.local(author: holder)
            return ([scope] + open).map {
                SourceRow(pair: HeldPair(holder: number, scope: $0), reason: claim.reason)
            }
        }
    }

    /// Nil for a branch.
    private func rolesOfHolder(_ holder: RecordID) throws -> RoleSet? {
        try load(holder, type: EntityTag.branch) == nil ? try member(holder).roles : nil
    }

    private static let partsOfRoot = FixedSQL(
        "SELECT local, name FROM scope WHERE instr(name, '#') > 0 AND name > ?1 || '#' AND name < ?1 || '$'")

    /// The restricted parts of a scope that ever had a record here.
    private func parts(of scope: String) throws -> [(part: String, scope: Int64)] {
        if scope == HoldingClaim.every || scope.contains("#") { return [] }
        let rows = try prepare(Self.partsOfRoot)
        rows.bind(1, text: scope)
        return try rows.all { (String($0.text(1).dropFirst(scope.count + 1)), $0.integer(0)) }
    }
}
