import FieldModel
import GRDB
import SyncCore

extension WriteAccess {
    /// Rows that are read at a time.
    private static let rebuildRowsMax: Int64 = 1_000

    /// Computes everything anew that is kept besides the records themselves: search index, conflicts, who is named,
    /// derived fields, who holds what.
    package func rebuildProjections() throws {
        try settleSearch()
        try db.execute(sql: "INSERT INTO search (search) VALUES ('delete-all')")
        try clearPersonalWords()
        try db.execute(sql: "DELETE FROM named")
        try db.execute(sql: "DELETE FROM decision WHERE record NOT IN (SELECT \"order\" FROM work_event)")
        for table in RecordTable.ordered {
            try db.execute(
                sql: "DELETE FROM conflict WHERE type = ? AND record NOT IN (SELECT id FROM \"\(table.entity.name)\")",
                arguments: [Int64(table.entity.tag)])
            try forEachBatch(of: table) { for record in $0 { try rebuildRow(record, table) } }
        }
        // What others are derived from comes first.
        for type in [EntityTag.visit, EntityTag.workOrder, EntityTag.asset, EntityTag.request, EntityTag.account] {
            guard let table = RecordTable.all[type] else { continue }
            try forEachBatch(of: table) { records in
                var affected = AffectedRecords()
                for record in records { affected.insert(type, record.id) }
                try derive(affected)
            }
        }
        try rebuildHoldings()
    }

    private func rebuildRow(_ record: StoredRecord, _ table: RecordTable) throws {
        guard let rowid = record.rowid else { return }
        try index(record.shown, of: record.id, before: nil, changed: nil, rowid: rowid, table: table)
        try noteConflicts(record, before: nil, table: table)
        try noteNamed(record, before: nil, table: table)
    }

    /// Reads a table in pieces, so that its rows may be changed meanwhile and memory stays small.
    func forEachBatch(of table: RecordTable, _ body: ([StoredRecord]) throws -> Void) throws {
        let statement = try prepare(table.selectSQL + " WHERE rowid > ? ORDER BY rowid LIMIT ?")
        var last: Int64 = 0
        while true {
            statement.bind(1, last)
            statement.bind(2, Self.rebuildRowsMax)
            let batch = try records(statement, of: table)
            guard let end = batch.last?.rowid else { return }
            try body(batch)
            last = end
        }
    }
}
