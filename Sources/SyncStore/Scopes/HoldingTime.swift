import GRDB
import SyncCore

extension ReadAccess {
    /// When who holds what changes by time alone, in milliseconds since 1970; nil: never, as far as is known now.
    package func nextHoldingDue() throws -> Int64? {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT min(at) FROM holding_due"))
    }
}

extension WriteAccess {
    /// Records that one transaction looks at.
    private static let dueMax = 1_000

    /// Looks anew at records whose time has come: who holds what because of them changes with this transaction.
    /// - Returns: whether there may be more.
    @discardableResult
    package func settleDueHoldings() throws -> Bool {
        let due = try RecordID.fetchAll(
            db, sql: "SELECT source FROM holding_due WHERE at <= ? ORDER BY at LIMIT ?",
            arguments: [environment.wallMilliseconds(), Self.dueMax])
        for source in due {
            if let type = try typeOfRecord(source) {
                affectedHoldings.sources[source] = type
            } else {
                try db.execute(sql: "DELETE FROM holding_due WHERE source = ?", arguments: [source])
            }
        }
        return due.count == Self.dueMax
    }
}
