import FieldModel
import SyncCore

extension WriteAccess {
    private static let insertConflict = FixedSQL(
        "INSERT INTO conflict (record, tag, type, since) VALUES (?, ?, ?, ?)")
    private static let deleteConflict = FixedSQL("DELETE FROM conflict WHERE record = ? AND tag = ?")

    /// Keeps the list of fields that a person must decide: review and ranked fields with more than one distinct value,
    /// and a deletion that did not know of an edit.
    /// - Parameter before: what the list follows from now; nil: it is read.
    func noteConflicts(_ record: StoredRecord, before: RecordState?, table: RecordTable) throws {
        let open = table.openConflicts(try opened(record.shown, of: record.id))
        let listed =
            try before.map { table.openConflicts(try opened($0, of: record.id)) } ?? listedConflicts(of: record.id)
        if open == listed { return }
        let (insert, delete) = (try prepare(Self.insertConflict), try prepare(Self.deleteConflict))
        for tag in listed.subtracting(open).sorted() {
            delete.bind(1, record.id)
            delete.bind(2, Int64(tag))
            try delete.run()
        }
        for tag in open.subtracting(listed).sorted() {
            insert.bind(1, record.id)
            insert.bind(2, Int64(tag))
            insert.bind(3, Int64(record.type))
            insert.bind(4, environment.wallMilliseconds())
            try insert.run()
        }
    }
}

extension ReadAccess {
    private static let selectConflicts = FixedSQL("SELECT tag FROM conflict WHERE record = ?")

    func listedConflicts(of record: RecordID) throws -> Set<FieldTag> {
        let statement = try prepare(Self.selectConflicts)
        statement.bind(1, record)
        return Set(try statement.all { FieldTag(truncatingIfNeeded: $0.integer(0)) })
    }
}

extension RecordTable {
    /// The fields of a state that a person must decide.
    func openConflicts(_ shown: RecordState) -> Set<FieldTag> {
        var open: Set<FieldTag> = []
        for field in shown.fields where field.state.siblings.count > 1 {
            guard let declared = place(of: field.tag)?.columns.field,
                declared.kind == .review || declared.kind == .ranked,
                field.state.isConcurrent(kind: declared.kind)
            else { continue }
            open.insert(field.tag)
        }
        switch shown.deletion {
        case .present: return open
        case .deleted: return []
        case .deletedButEdited: return open.union([.deleted])
        }
    }
}
