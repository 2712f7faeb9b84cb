package import FieldModel
import GRDB
package import SyncCore

/// Which records name a person in a set, such as an order's assignees: whoever asks for his work finds it without reading
/// what is others'.
extension WriteAccess {
    private static let insertNamed = FixedSQL(
        "INSERT OR IGNORE INTO named (person, type, tag, record) VALUES (?, ?, ?, ?)")
    private static let deleteNamed = FixedSQL(
        "DELETE FROM named WHERE person = ? AND type = ? AND tag = ? AND record = ?")

    /// - Parameter before: what the list follows from now; nil: nothing.
    func noteNamed(_ record: StoredRecord, before: RecordState?, table: RecordTable) throws {
        for columns in table.people {
            let named = columns.people(record.shown[columns.tag])
            let listed = columns.people(before?[columns.tag] ?? FieldState())
            if named == listed { continue }
            for person in listed.subtracting(named) { try run(Self.deleteNamed, person, columns, record) }
            for person in named.subtracting(listed) { try run(Self.insertNamed, person, columns, record) }
        }
    }

    private func run(_ sql: FixedSQL, _ person: RecordID, _ columns: FieldColumns, _ record: StoredRecord) throws {
        let row = try prepare(sql)
        row.bind(1, person)
        row.bind(2, Int64(record.type))
        row.bind(3, Int64(columns.tag))
        row.bind(4, record.id)
        try row.run()
    }
}

extension ReadAccess {
    /// The work orders of a person that are in one of these states, newest first; deleted ones are left out.
    package func orders(of person: RecordID, in statuses: [OrderStatus]) throws -> [ShownRecord] {
        let type = EntityTag.workOrder
        guard let table = RecordTable.all[type], let tag = Catalogue.workOrder.field(named: "assignees")?.tag else {
            return []
        }
        let words = statuses.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        // The plus keeps the planner from starting with the orders of everybody that are in these states.
        let statement = try prepare(
            table.viewSQL + """
                 WHERE id IN (SELECT record FROM named WHERE person = ? AND type = ? AND tag = ?)
                AND +status IN (\(words)) AND deleted = 0 ORDER BY id DESC
                """)
        statement.bind(1, person)
        statement.bind(2, Int64(type))
        statement.bind(3, Int64(tag))
        return try statement.all { try shownRecord(in: $0, table: table) }
    }

    private static let isListed = FixedSQL(
        "SELECT 1 FROM named WHERE person = ? AND type = ? AND tag = ? AND record = ?")

    /// How many entries a record has in the list; nil: not those that follow from it.
    func namedEntries(_ record: StoredRecord, table: RecordTable) throws -> Int? {
        var entries = 0
        for columns in table.people {
            for person in columns.people(record.shown[columns.tag]) {
                let row = try prepare(Self.isListed)
                row.bind(1, person)
                row.bind(2, Int64(record.type))
                row.bind(3, Int64(columns.tag))
                row.bind(4, record.id)
                if try row.first({ _ in true }) == nil { return nil }
                entries += 1
            }
        }
        return entries
    }
}

extension FieldColumns {
    /// Whether it is a set of people.
    var isOfPeople: Bool { kind == .set && type == .reference(EntityTag.user) }

    fileprivate func people(_ state: FieldState) -> Set<RecordID> {
        Set(state.siblings.compactMap { if case .reference(let id) = $0.value { id } else { nil } })
    }
}

enum WorklistSchema {
    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE named (
                  person BLOB NOT NULL, type INTEGER NOT NULL, tag INTEGER NOT NULL, record BLOB NOT NULL,
                  PRIMARY KEY (person, type, tag, record)
                ) WITHOUT ROWID;
                """)
        for table in RecordTable.ordered where try db.tableExists(table.entity.name) {
            for columns in table.people { try fill(db, table.entity, columns) }
        }
    }

    /// From what the column of a set prints, where the records were here before the list.
    private static func fill(_ db: Database, _ entity: EntityDeclaration, _ columns: FieldColumns) throws {
        let (table, column) = ("\"\(entity.name)\"", "\"\(columns.field.name)\"")
        let sql = "SELECT record.id, element.value FROM \(table) AS record, json_each(record.\(column)) AS element"
        let elements = try Row.fetchCursor(db, sql: sql)
        while let row = try elements.next() {
            guard let person = RecordID(text: row[1]), let record = RecordID.fromDatabaseValue(row[0]) else { continue }
            try db.execute(
                sql: "INSERT OR IGNORE INTO named (person, type, tag, record) VALUES (?, ?, ?, ?)",
                arguments: [person, Int64(entity.tag), Int64(columns.tag), record])
        }
    }
}
