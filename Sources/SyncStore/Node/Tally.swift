import FieldModel
import GRDB
import SyncCore

/// What is counted as it is written, because counting it anew would read all of it.
enum Tally: Hashable {
    /// Records of a type, deleted ones too; `unknownType`: of all types that this version does not know.
    case records(TypeTag)
    case changeSets
    /// Deleted records of which headquarters forgot all but the stub.
    case forgotten

    static let unknownType: TypeTag = 0
    static let all =
        RecordTable.ordered.map { Tally.records($0.entity.tag) } + [.records(unknownType), .changeSets, .forgotten]

    var isOfRecords: Bool { if case .records = self { true } else { false } }

    /// The table whose rows it counts, and its key.
    var table: String {
        switch self {
        case .records(let type): RecordTable.all[type]?.entity.name ?? RecordTable.unknownName
        case .changeSets: "change_log"
        case .forgotten: "forgotten"
        }
    }

    static let createSQL = "CREATE TABLE tally (name TEXT PRIMARY KEY, rows INTEGER NOT NULL) WITHOUT ROWID;"

    /// Counts what is there already.
    static func create(_ db: Database) throws {
        try db.execute(sql: createSQL)
        for tally in all where try db.tableExists(tally.table) {
            try db.execute(
                sql: "INSERT INTO tally (name, rows) SELECT ?, count(*) FROM \"\(tally.table)\"",
                arguments: [tally.table])
        }
    }
}

extension WriteAccess {
    func count(_ tally: Tally, _ rows: Int) { tallied[tally, default: 0] += rows }

    /// Writes down what this access counted, once for the whole transaction.
    func settleTallies() throws {
        for (tally, rows) in tallied where rows != 0 {
            try db.cachedStatement(
                sql:
                    "INSERT INTO tally (name, rows) VALUES (?, ?) ON CONFLICT DO UPDATE SET rows = rows + excluded.rows"
            ).execute(arguments: [tally.table, rows])
        }
        tallied = [:]
    }
}

extension ReadAccess {
    func tally(_ tally: Tally) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT rows FROM tally WHERE name = ?"), arguments: [tally.table])
            ?? 0
    }
}
