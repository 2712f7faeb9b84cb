import GRDB
import GRDBSQLite

/// Keeps a node's database to one process at a time, also where a lock does not hold. Every process that writes takes the
/// next number in its first transaction, and looks in each of its transactions whether it is still the last to have done so.
struct Fence {
    /// What stands in the database, as far as this process knows.
    private var standing: Int64
    private var next: Int64
    /// Whether this process took a number; before, it only saw one.
    private(set) var isTaken = false

    /// - Parameter mark: what was noted outside the database, which may be of a later one.
    init(_ db: Database, noted mark: FenceMark?) throws {
        standing = try Self.number(in: db)
        next = max(standing, mark?.number ?? 0) + 1
    }

    /// As it is to be noted outside the database; nil before this process took a number.
    func mark(position: Int64) -> FenceMark? { isTaken ? FenceMark(number: standing, position: position) : nil }

    /// - Throws: `StoreFailure.takenOver` when another process wrote since, or the file at the database's path is another one:
    ///   what was written to this one would be lost.
    func demand(in db: Database) throws {
        if Self.isMoved(db) { throw StoreFailure.takenOver(isMoved: true) }
        guard try Self.number(in: db) == standing else { throw StoreFailure.takenOver(isMoved: false) }
    }

    /// Within a transaction that `demand` let through.
    mutating func take(in db: Database) throws {
        if isTaken { return }
        try db.cachedStatement(
            sql: """
                INSERT INTO meta (key, value) VALUES (?, CAST(? AS BLOB))
                ON CONFLICT (key) DO UPDATE SET value = excluded.value
                """
        ).execute(arguments: [MetaKey.fence, String(next)])
        (standing, isTaken) = (next, true)
    }

    static func number(in db: Database) throws -> Int64 {
        let kept = try String.fetchOne(
            db.cachedStatement(sql: "SELECT CAST(value AS TEXT) FROM meta WHERE key = ?"), arguments: [MetaKey.fence])
        return kept.flatMap(Int64.init) ?? 0
    }

    private static func isMoved(_ db: Database) -> Bool {
        var moved: CInt = 0
        return sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK
            && moved != 0
    }
}
