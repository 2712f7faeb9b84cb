import FieldModel
import GRDB
package import SyncCore

/// One record as `get` shows it.
package struct RecordView: Sendable {
    package struct Concurrent: Sendable {
        package let field: FieldView
        /// In the order of writing.
        package let siblings: [SiblingView]
    }

    package let record: ShownRecord
    package let scope: String
    package let deletion: RecordState.Deletion
    /// All writes that the record shows: what somebody who deletes it now has seen.
    package let known: KnownDots
    /// Single-valued fields with more than one distinct value.
    package let concurrent: [Concurrent]
    /// How far the own sets that touch the record have come: the least far one. Nil when none is here.
    package let receipt: ReceiptStage?
}

extension ReadAccess {
    /// - Parameter type: a hint that saves looking through all tables.
    package func record(_ id: RecordID, type: TypeTag? = nil) throws -> RecordView? {
        guard let stored = try load(id, type: type), let shown = try shownRecord(id, type: stored.type) else {
            return nil
        }
        let authorship = try Authorship(self)
        let readable = try opened(stored.shown, of: id)
        let concurrent = try shown.fields.compactMap { field -> RecordView.Concurrent? in
            let state = readable[field.tag]
            guard state.isConcurrent(kind: field.declaration?.kind ?? .register) else { return nil }
            return RecordView.Concurrent(field: field, siblings: try authorship.views(state))
        }
        return RecordView(
            record: shown, scope: stored.shown.scope ?? "", deletion: stored.shown.deletion,
            known: stored.shown.known, concurrent: concurrent,
            receipt: try receiptStage(of: id))
    }

    /// The least far stage of the own sets that touch a record and were not refused; nil when there is none.
    func receiptStage(of record: RecordID) throws -> ReceiptStage? {
        let sql = """
            SELECT replica, max(seq) FROM change_record JOIN change_log ON change_log.rowid = change_record.entry
            WHERE change_record.record = ? AND own = 1 AND verdict <> 1 GROUP BY replica
            """
        let rows = try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [record])
        return try rows.map { row in
            let receipts = try receiptSeqs(of: names.replica(row[0]))
            return ReceiptStage(seq: UInt64(row[1] as Int64), receipts)
        }.min()
    }
}

extension ReceiptStage {
    /// Of a set, from how far its chain is vouched for.
    init(seq: UInt64, _ receipts: (branch: UInt64, hq: UInt64)) {
        self = seq <= receipts.hq ? .hq : seq <= receipts.branch ? .branch : .local
    }
}
