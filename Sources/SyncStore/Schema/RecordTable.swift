import FieldModel
import GRDB
import SyncCore

/// The table of one entity type: its columns and the statements over them. A class, for it is handed about with every
/// record.
final class RecordTable: Sendable {
    let entity: EntityDeclaration
    /// Fields that are replicated, in the order of their columns.
    let columns: [FieldColumns]
    let derived: [FieldColumns]
    /// Those that are sets of people.
    let people: [FieldColumns]
    /// Index of the first value column in `selectSQL`.
    static let firstValueColumn: Int32 = 7

    let selectSQL: String
    /// As `selectSQL`, with the derived columns from `firstDerivedColumn` on.
    let viewSQL: String
    let firstDerivedColumn: Int32
    let select: FixedSQL
    let greatest: FixedSQL
    /// A row for a record that is here.
    let presence: FixedSQL
    let view: FixedSQL
    /// Of a scope, what changed behind a position and row.
    let page: FixedSQL
    /// So many of a scope of which a node told.
    let ofScope: FixedSQL
    let delete: FixedSQL
    /// All columns, the derived ones too.
    let insert: FixedSQL
    let setDerived: FixedSQL
    private let places: [Place?]

    /// Where a field stands: its number among `columns`, and its first column in `selectSQL`.
    struct Place: Sendable {
        let columns: FieldColumns
        let number: Int
        let column: Int32
    }

    init(_ entity: EntityDeclaration) {
        self.entity = entity
        columns = entity.fields.filter { !$0.derived }.map(FieldColumns.init)
        derived = entity.fields.filter(\.derived).map(FieldColumns.init)
        people = columns.filter(\.isOfPeople)
        let values = columns.flatMap(\.names).map { "\"\($0)\"" }
        let head = ["id", "scope", "position", "deleted", "hash", "state"]
        let shown = derived.flatMap(\.names).map { "\"\($0)\"" }
        let name = "\"\(entity.name)\""
        selectSQL = "SELECT rowid, \((head + values).joined(separator: ", ")) FROM \(name)"
        viewSQL = "SELECT rowid, \((head + values + shown).joined(separator: ", ")) FROM \(name)"
        firstDerivedColumn = Self.firstValueColumn + Int32(values.count)
        select = FixedSQL(selectSQL + " WHERE id = ?")
        greatest = FixedSQL("SELECT max(id) FROM \(name)")
        presence = FixedSQL("SELECT 1 FROM \(name) WHERE id = ?")
        view = FixedSQL(viewSQL + " WHERE id = ?")
        page = FixedSQL(selectSQL + Self.pageCondition)
        ofScope = FixedSQL(selectSQL + Self.scopeCondition)
        delete = FixedSQL("DELETE FROM \(name) WHERE rowid = ?")
        let all = head + values + shown
        let marks = Array(repeating: "?", count: all.count).joined(separator: ", ")
        insert = FixedSQL("INSERT INTO \(name) (\(all.joined(separator: ", "))) VALUES (\(marks))")
        let assignments = shown.enumerated().map { "\($1) = ?\($0 + 2)" }.joined(separator: ", ")
        let differences = shown.enumerated().map { "\($1) IS NOT ?\($0 + 2)" }.joined(separator: " OR ")
        setDerived = FixedSQL("UPDATE \(name) SET \(assignments) WHERE id = ?1 AND (\(differences))")
        places = Self.places(of: columns)
    }

    private static func places(of columns: [FieldColumns]) -> [Place?] {
        var places = [Place?](repeating: nil, count: Int(columns.map(\.field.tag).max() ?? 0) + 1)
        var column = firstValueColumn
        for (number, each) in columns.enumerated() {
            places[Int(each.field.tag)] = Place(columns: each, number: number, column: column)
            column += each.width
        }
        return places
    }

    /// Nil for a field that has no columns: one of a later version, `scope` or `deleted`.
    func place(of tag: FieldTag) -> Place? { tag < places.count ? places[Int(tag)] : nil }

    /// The head of a row, with its position or scope or without, and the columns of some fields, by their numbers; the
    /// row's number is the last parameter.
    func updateSQL(_ fields: some Sequence<Int>, position: Bool, scope: Bool) -> String {
        let head = (position ? ["position"] : []) + ["deleted", "hash", "state"] + (scope ? ["scope"] : [])
        let names = head + fields.flatMap { columns[$0].names }.map { "\"\($0)\"" }
        return "UPDATE \"\(entity.name)\" SET \(names.map { "\($0) = ?" }.joined(separator: ", ")) WHERE rowid = ?"
    }

    static let pageCondition =
        " WHERE scope = ? AND (position, rowid) > (?, ?) AND hash IS NOT NULL ORDER BY position, rowid"

    private static let scopeCondition = " WHERE scope = ? AND hash IS NOT NULL LIMIT ?"

    /// For unknown types: the state in its canonical bytes, no columns.
    static let unknownName = "unknown_record"
    /// With the same head as a table's `selectSQL`, and the type behind it.
    static let unknownSelectSQL = "SELECT rowid, id, scope, position, deleted, hash, state, type FROM unknown_record"
    static let unknownSelect = FixedSQL(unknownSelectSQL + " WHERE id = ?")
    static let unknownPage = FixedSQL(unknownSelectSQL + pageCondition)
    static let unknownDelete = FixedSQL("DELETE FROM \(unknownName) WHERE rowid = ?")
    static let unknownOfScope = FixedSQL(unknownSelectSQL + scopeCondition)

    static let all: [TypeTag: RecordTable] = Dictionary(
        uniqueKeysWithValues: Catalogue.entities.map { ($0.tag, RecordTable($0)) })

    /// In the order of type tags.
    static let ordered: [RecordTable] = all.values.sorted { $0.entity.tag < $1.entity.tag }

    /// The type of a record by its id, of whatever type it is.
    static let typeOfRecord = FixedSQL(
        ordered.map { "SELECT \($0.entity.tag) FROM \"\($0.entity.name)\" WHERE id = ?1 UNION ALL " }.joined()
            + "SELECT type FROM \(unknownName) WHERE id = ?1 LIMIT 1")

    var createSQL: String {
        let values = (columns + derived).flatMap(\.definitions)
        return """
            CREATE TABLE "\(entity.name)" (
              rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, scope INTEGER NOT NULL, position INTEGER NOT NULL,
              deleted INTEGER NOT NULL, hash BLOB, state BLOB NOT NULL\(values.map { ",\n  \($0)" }.joined())
            );
            CREATE INDEX "\(entity.name)_scope" ON "\(entity.name)" (scope, position);
            CREATE INDEX "\(entity.name)_ids" ON "\(entity.name)" (scope, id);
            """ + tombstones + indexes.joined()
    }

    /// Deleted records that may be forgotten, in the order in which they changed last.
    var tombstones: String {
        guard ForgettingRule.isForgotten(entity.tag) else { return "" }
        return """

            CREATE INDEX IF NOT EXISTS "\(entity.name)_deleted" ON "\(entity.name)" (position, rowid) WHERE deleted = 1;
            """
    }

    /// Adds tables and columns of types and fields that an earlier version did not know.
    static func addFields(_ db: Database) throws {
        for table in ordered {
            guard try db.tableExists(table.entity.name) else {
                try db.execute(sql: table.createSQL)
                continue
            }
            let there = Set(try db.columns(in: table.entity.name).map(\.name))
            for columns in table.columns + table.derived where !there.contains(columns.field.name) {
                for definition in columns.definitions {
                    try db.execute(sql: "ALTER TABLE \"\(table.entity.name)\" ADD COLUMN \(definition)")
                }
            }
        }
    }

    /// Numbers and references are looked up; worklists ask for the newest of one status.
    private var indexes: [String] {
        entity.fields.compactMap { field in
            if field.derived && field.name == "status" {
                return "\nCREATE INDEX \"\(entity.name)_status\" ON \"\(entity.name)\" (status, id);"
            }
            let lookedUp: Bool
            if case .reference = field.type { lookedUp = field.isSingle } else { lookedUp = false }
            let named = ["number", "serial", "login", "code", "name", "sha256"].contains(field.name)
            guard (lookedUp || named) && !field.derived else { return nil }
            return "\nCREATE INDEX \"\(entity.name)_\(field.name)\" ON \"\(entity.name)\" (\"\(field.name)\");"
        }
    }
}
