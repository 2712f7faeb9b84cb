import FieldModel
import Foundation
import GRDB
import SyncCore

extension WriteAccess {
    /// Keeps the list of fields that a person must decide: review and ranked fields with more than one distinct value,
    /// and a deletion that did not know of an edit.
    func noteConflicts(_ record: StoredRecord, table: RecordTable) throws {
        let fields = table.columns.map(\.field).filter { field in
            (field.kind == .review || field.kind == .ranked) && record.shown[field.tag].isConcurrent(kind: field.kind)
        }
        var open = Set(fields.map(\.tag))
        switch record.shown.deletion {
        case .present: break
        case .deleted: open = []
        case .deletedButEdited: open.insert(.deleted)
        }
        let listed = Set(
            try Int64.fetchAll(
                db.cachedStatement(sql: "SELECT tag FROM conflict WHERE record = ?"), arguments: [record.id]
            ).map { FieldTag(truncatingIfNeeded: $0) })
        for tag in listed.subtracting(open).sorted() {
            try db.cachedStatement(sql: "DELETE FROM conflict WHERE record = ? AND tag = ?").execute(
                arguments: [record.id, Int64(tag)])
        }
        for tag in open.subtracting(listed).sorted() {
            try db.cachedStatement(sql: "INSERT INTO conflict (record, tag, type, since) VALUES (?, ?, ?, ?)").execute(
                arguments: [record.id, Int64(tag), Int64(record.type), environment.wallMilliseconds()])
        }
    }
}
