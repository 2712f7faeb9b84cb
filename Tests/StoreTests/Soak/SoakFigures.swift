import FieldModel
import Foundation
import GRDB
import SyncCore
import SyncStore

/// What a store of a soak holds besides the data.
struct SoakFigures {
    /// Bytes of the state blob and the hash beside it, a record.
    private(set) var beside: [Int] = []
    /// Of work orders, each with five updates and more.
    private(set) var besideOrders: [Int] = []
    private(set) var superseded = 0
    /// Rows and bytes of the other tables, with their indexes.
    private(set) var tables: [String: (rows: Int, bytes: Int)] = [:]
    private(set) var changes = 0

    init(_ party: SoakParty) throws {
        let queue = try DatabaseQueue(path: party.path)
        defer { try? queue.close() }
        let ids = try queue.read { db in
            for entity in Catalogue.entities {
                let sizes = try Int.fetchAll(db, sql: "SELECT length(state) + 16 FROM \"\(entity.name)\"")
                beside += sizes
                if entity.tag == EntityTag.workOrder { besideOrders = sizes }
            }
            let types = Set(Catalogue.entities.map(\.name))
            for table in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
            where !types.contains(table) && !table.hasPrefix("search") && !table.hasPrefix("sqlite") {
                let rows = try Int.fetchOne(db, sql: "SELECT count(*) FROM \"\(table)\"") ?? 0
                tables[table] = (rows, try Self.bytes(of: table, db))
            }
            changes = try Int.fetchOne(db, sql: "SELECT count(*) FROM change_record") ?? 0
            return try RecordID.fetchAll(db, sql: "SELECT id FROM work_order UNION ALL SELECT id FROM asset")
        }
        beside.sort()
        superseded = try party.store.read { access in
            try ids.reduce(0) { sum, id in
                try sum + (access.state(of: id)?.fields.reduce(0) { $0 + $1.state.superseded.count } ?? 0)
            }
        }
    }

    private static func bytes(of table: String, _ db: Database) throws -> Int {
        let sql = """
            SELECT sum(payload) FROM dbstat
            WHERE name = :table OR name IN (SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = :table)
            """
        return try Int.fetchOne(db, sql: sql, arguments: ["table": table]) ?? 0
    }

    var mean: Int { beside.isEmpty ? 0 : beside.reduce(0, +) / beside.count }
    var p99: Int { beside.isEmpty ? 0 : beside[(beside.count - 1) * 99 / 100] }
    var meanOfOrders: Int { besideOrders.isEmpty ? 0 : besideOrders.reduce(0, +) / besideOrders.count }

    /// What the log, its index of records, the audit and the positions take, a change.
    var historyBytes: Int {
        let kept = ["change_log", "log_segment", "change_record", "audit", "authority", "position"]
        return kept.reduce(0) { $0 + (tables[$1]?.bytes ?? 0) } / max(1, changes)
    }

    func lines(_ name: String, perDeviceDay: Int) -> [String] {
        let head =
            "\(name): beside the data \(mean) B a record (p99 \(p99), max \(beside.last ?? 0)), of orders \(meanOfOrders); "
            + "superseded \(superseded); history \(historyBytes) B a change, of \(changes)"
        return [head]
            + tables.sorted { $0.value.bytes > $1.value.bytes }.filter { $0.value.rows > 0 }.map { table, size in
                let share = Double(size.bytes) / Double(max(1, perDeviceDay))
                let number = (share * 10).rounded() / 10
                return "  \(table): \(size.rows) rows, \(size.bytes) B, \(number) B a device and day"
            }
    }
}
