import FieldModel
import Foundation
import GRDB
import SyncCore

extension WriteAccess {
    /// Keeps the list of fields that a person must decide: review and ranked fields with more than one distinct value,
    /// and a deletion that did not know of an edit.
    func noteConflicts(_ record: StoredRecord, table: RecordTable) throws {
        let (open, listed) = (table.openConflicts(record.shown), try listedConflicts(of: record.id))
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

extension ReadAccess {
    func listedConflicts(of record: RecordID) throws -> Set<FieldTag> {
        let statement = try db.cachedStatement(sql: "SELECT tag FROM conflict WHERE record = ?")
        return Set(try Int64.fetchAll(statement, arguments: [record]).map { FieldTag(truncatingIfNeeded: $0) })
    }
}

extension RecordTable {
    /// The fields of a state that a person must decide.
    func openConflicts(_ shown: RecordState) -> Set<FieldTag> {
        let fields = columns.map(\.field).filter { field in
            (field.kind == .review || field.kind == .ranked) && shown[field.tag].isConcurrent(kind: field.kind)
        }
        switch shown.deletion {
        case .present: return Set(fields.map(\.tag))
        case .deleted: return []
        case .deletedButEdited: return Set(fields.map(\.tag)).union([.deleted])
        }
    }
}
