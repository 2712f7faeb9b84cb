import FieldModel
import GRDB
import SyncCore

/// The table of one entity type: its columns and the statements over them.
struct RecordTable: Sendable {
    let entity: EntityDeclaration
    /// Fields that are replicated, in the order of their columns.
    let columns: [FieldColumns]
    let derived: [FieldColumns]
    /// Index of the first value column in `selectSQL`.
    static let firstValueColumn = 7

    let selectSQL: String
    /// As `selectSQL`, with the derived columns from `firstDerivedColumn` on.
    let viewSQL: String
    let firstDerivedColumn: Int
    let insertSQL: String
    let updateSQL: String

    init(_ entity: EntityDeclaration) {
        self.entity = entity
        columns = entity.fields.filter { !$0.derived }.map(FieldColumns.init)
        derived = entity.fields.filter(\.derived).map(FieldColumns.init)
        let values = columns.flatMap(\.names).map { "\"\($0)\"" }
        let head = ["id", "scope", "position", "deleted", "hash", "state"]
        let shown = derived.flatMap(\.names).map { "\"\($0)\"" }
        selectSQL = "SELECT rowid, \((head + values).joined(separator: ", ")) FROM \"\(entity.name)\""
        viewSQL = "SELECT rowid, \((head + values + shown).joined(separator: ", ")) FROM \"\(entity.name)\""
        firstDerivedColumn = Self.firstValueColumn + values.count
        let marks = Array(repeating: "?", count: head.count + values.count).joined(separator: ", ")
        insertSQL = "INSERT INTO \"\(entity.name)\" (\((head + values).joined(separator: ", "))) VALUES (\(marks))"
        let assignments = (head.dropFirst() + values).map { "\($0) = ?" }.joined(separator: ", ")
        updateSQL = "UPDATE \"\(entity.name)\" SET \(assignments) WHERE rowid = ?"
    }

    /// For unknown types: the state in its canonical bytes, no columns.
    static let unknownName = "unknown_record"

    static let all: [TypeTag: RecordTable] = Dictionary(
        uniqueKeysWithValues: Catalogue.entities.map { ($0.tag, RecordTable($0)) })

    /// In the order of type tags.
    static let ordered: [RecordTable] = all.values.sorted { $0.entity.tag < $1.entity.tag }

    var createSQL: String {
        let values = (columns + derived).flatMap(\.definitions)
        return """
            CREATE TABLE "\(entity.name)" (
              rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, scope INTEGER NOT NULL, position INTEGER NOT NULL,
              deleted INTEGER NOT NULL, hash BLOB, state BLOB NOT NULL\(values.map { ",\n  \($0)" }.joined())
            );
            CREATE INDEX "\(entity.name)_scope" ON "\(entity.name)" (scope, position);
            CREATE INDEX "\(entity.name)_ids" ON "\(entity.name)" (scope, id);
            """ + indexes.joined()
    }

    /// Numbers and references are looked up; worklists ask for the newest of one status.
    private var indexes: [String] {
        entity.fields.compactMap { field in
            if field.derived && field.name == "status" {
                return "\nCREATE INDEX \"\(entity.name)_status\" ON \"\(entity.name)\" (status, id);"
            }
            let lookedUp: Bool
            if case .reference = field.type { lookedUp = FieldColumns.isSingle(field.kind) } else { lookedUp = false }
            let named = ["number", "serial", "login", "code", "name", "sha256"].contains(field.name)
            guard (lookedUp || named) && !field.derived else { return nil }
            return "\nCREATE INDEX \"\(entity.name)_\(field.name)\" ON \"\(entity.name)\" (\"\(field.name)\");"
        }
    }
}
