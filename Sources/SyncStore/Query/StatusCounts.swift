import GRDB
import SyncCore

/// The figures of a replica's status.
package struct StatusCounts: Hashable, Sendable {
    /// Own change sets by the farthest stage that they have reached.
    package let receipts: ReceiptCounts
    package let rejected: Int
    package let conflicts: Int
    /// What the office must decide of work orders: once an order and reason.
    package let decisions: Int
    package let records: Int
    package let scopes: Int
    /// Whether the first pull has begun and is not complete: what is shown is not yet all.
    package let isBootstrapping: Bool
}

extension ReadAccess {
    package func statusCounts() throws -> StatusCounts {
        StatusCounts(
            receipts: try receiptCounts(),
            rejected: try count("change_log WHERE verdict <> 0 AND verdict = 1 AND own = 1 AND settled = 0"),
            conflicts: try count("conflict"),
            decisions: try count("decision JOIN work_order ON work_order.id = record WHERE deleted = 0"),
            records: try recordCount(), scopes: try count("scope WHERE records > 0"),
            isBootstrapping: try pulledCheckpoint() == nil && staging() != nil)
    }

    /// The records that are here, deleted ones too.
    package func recordCount() throws -> Int {
        // A node has every record in a scope's account; a device also has some that no node has told it of.
        if role.isNode { return try Int.fetchOne(db, sql: "SELECT sum(records) FROM scope") ?? 0 }
        return try Tally.all.filter(\.isOfRecords).reduce(0) { try $0 + tally($1) }
    }

    private func count(_ rows: String) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM \(rows)")) ?? 0
    }
}
