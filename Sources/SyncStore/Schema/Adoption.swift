import FieldModel
import GRDB
import SyncCore

extension WriteAccess {
    /// Records of types that an earlier version did not know and kept as they were get their rows in the tables of those
    /// types. Neither their states nor their positions change, so nobody notices but who looks for them.
    func adoptKnownTypes() throws {
        let types = RecordTable.ordered.map { String($0.entity.tag) }.joined(separator: ", ")
        let select = try prepare("\(RecordTable.unknownSelectSQL) WHERE type IN (\(types))")
        for kept in try records(select, of: nil) {
            try db.execute(sql: "DELETE FROM unknown_record WHERE id = ?", arguments: [kept.id])
            count(.records(Tally.unknownType), -1)
            let record = StoredRecord(
                type: kept.type, id: kept.id, rowid: nil, storedScope: kept.storedScope, storedHash: kept.storedHash,
                isLayered: kept.isLayered, position: kept.position, shown: kept.shown, base: kept.base)
            try save(record, before: nil)
        }
    }
}
