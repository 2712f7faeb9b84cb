import FieldModel
import GRDB
import SyncCore

/// Somebody of whom nothing tells that he is still needed.
package struct UnusedPerson: Sendable {
    package let record: ShownRecord
    /// When his record was last written, or his customer last asked for something: milliseconds since 1970 UTC, by the
    /// authors' clocks.
    package let lastUsedAt: Int64
}

extension ReadAccess {
    /// Contacts whose record was not written since a moment, and whose customer has had no request and no order since;
    /// users who are not active any more, and whose record was not written since. The longest unused first; who is erased
    /// or has nothing personal is left out.
    /// - Parameter moment: milliseconds since 1970 UTC.
    package func peopleUnused(since moment: Int64) throws -> [UnusedPerson] {
        let newest = try newestWork()
        let contacts = try candidates(
            "SELECT id, account FROM contact WHERE deleted = 0 AND id < ?", madeBefore: moment)
        let users = try candidates(
            "SELECT id, NULL FROM \"user\" WHERE deleted = 0 AND active = 0 AND id < ?", madeBefore: moment)
        let found = try (contacts + users).compactMap { id, account -> UnusedPerson? in
            guard let state = try state(of: id), try !people.keys(of: id).isEmpty, let record = try shown(id) else {
                return nil
            }
            let written = state.fields.flatMap(\.state.siblings).map(\.timestamp.milliseconds).max() ?? 0
            let lastUsedAt = max(written, account.flatMap { newest[$0] } ?? 0)
            return lastUsedAt < moment ? UnusedPerson(record: record, lastUsedAt: lastUsedAt) : nil
        }
        return found.sorted { ($0.lastUsedAt, $0.record.id) < ($1.lastUsedAt, $1.record.id) }
    }

    private func candidates(
        _ sql: String, madeBefore moment: Int64
    ) throws -> [(id: RecordID, account: RecordID?)] {
        let first = RecordID(high: UInt64(clamping: moment) << 16, low: 0)
        return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [first]).compactMap { row in
            RecordID.fromDatabaseValue(row[0]).map { ($0, RecordID.fromDatabaseValue(row[1])) }
        }
    }

    /// When each customer last asked for something, by the ids of what came of it.
    private func newestWork() throws -> [RecordID: Int64] {
        let sql = """
            SELECT site.account, max(work_order.id) FROM work_order JOIN site ON site.id = work_order.site
            GROUP BY site.account UNION ALL SELECT account, max(id) FROM request GROUP BY account
            """
        var newest: [RecordID: Int64] = [:]
        for row in try Row.fetchAll(db.cachedStatement(sql: sql)) {
            guard let account = RecordID.fromDatabaseValue(row[0]), let id = RecordID.fromDatabaseValue(row[1]) else {
                continue
            }
            newest[account] = max(newest[account] ?? 0, id.milliseconds)
        }
        return newest
    }
}
