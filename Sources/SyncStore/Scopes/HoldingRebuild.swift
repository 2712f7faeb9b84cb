import FieldModel
import GRDB
import SyncCore

extension WriteAccess {
    /// Computes anew what follows from the records. The history stays: a holding that is as it was goes on from the
    /// position at which it began.
    func rebuildHoldings() throws {
        guard role.isNode else { return }
        try settleHoldings()
        known = KnownPeople()
        try db.execute(sql: "DELETE FROM holding_source; DELETE FROM holding_due; DELETE FROM made_by;")
        session.isDueMoved = true
        let now = environment.wallMilliseconds()
        for type in Self.sourceTypes {
            guard let table = RecordTable.all[type] else { continue }
            try forEachBatch(of: table) { records in
                for record in records { _ = try renewSource(record.id, type, now: now) }
            }
        }
        for holder in try Int64.fetchAll(db, sql: "SELECT holder FROM holding UNION SELECT holder FROM holding_source")
        {
            for pair in try unsettledPairs(of: holder) { try settle(pair) }
        }
    }

    private static let sourceTypes = [
        EntityTag.branch, EntityTag.user, EntityTag.site, EntityTag.account, EntityTag.workOrder, EntityTag.grant,
    ]

    /// Brings who holds what to this version's rules. Of a store from before there were holdings: until now everybody held
    /// everything, which is what those who pulled from it have, and what they wrote is judged by.
    func adoptHoldings() throws {
        let isNew = try Int.fetchOne(db, sql: "SELECT 1 FROM holding LIMIT 1") == nil
        guard role.isNode else { return }
        try rebuildHoldings()
        guard isNew, let now = positions?.last else { return }
        try db.execute(sql: "UPDATE holding SET since = 0")
        let holders = try RecordID.fetchAll(db, sql: "SELECT id FROM user UNION ALL SELECT id FROM branch")
        for holder in holders {
            try db.execute(
                sql: "INSERT OR IGNORE INTO holding (holder, scope, since, until) VALUES (?, ?, 0, ?)",
                arguments: [try names.local(author: holder), Holding.everyNumber, now])
        }
    }
}
