import FieldModel
import Foundation
import GRDB
import SyncCore
import SyncStore

/// Headquarters with a branch and people, for the tests of who holds what.
final class HoldingWorld {
    let world: StoreWorld
    private(set) var hq: Store
    let perth: RecordID
    let cairns: RecordID
    /// Technicians and an office each of Perth, and a technician of Cairns.
    let wei: RecordID
    let ann: RecordID
    let office: RecordID
    let manager: RecordID
    let bob: RecordID
    private var logins = 0

    static let day: Int64 = 86_400_000

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
        let (store, world) = (hq, world)
        func branch(_ name: String) throws -> RecordID { try world.create("branch", on: store, ["name": .text(name)]) }
        (perth, cairns) = (try branch("Perth"), try branch("Cairns"))
        let perth = perth
        func person(_ login: String, _ role: String, of branch: RecordID) throws -> RecordID {
            try world.create(
                "user", on: store,
                ["login": .text(login), "roles": .text(role), "branch": .reference(branch), "active": .bool(true)])
        }
        wei = try person("wei", "technician", of: perth)
        ann = try person("ann", "technician", of: perth)
        office = try person("office", "service_rep", of: perth)
        manager = try person("manager", "branch_manager", of: perth)
        bob = try person("bob", "technician", of: cairns)
    }

    var now: Int64 { hq.environment.wallMilliseconds() }

    // MARK: making

    func account(_ values: KeyValuePairs<String, Value> = [:], by author: RecordID? = nil) throws -> RecordID {
        try root("account", values, by: author) { .account($0) }
    }

    /// A site of an account, which Perth serves unless it is said otherwise.
    func site(of account: RecordID, branch: RecordID?? = .none, by author: RecordID? = nil) throws -> RecordID {
        let server = branch ?? perth
        return try root("site", ["account": .reference(account)], by: author, [server.map { ("branch", $0) }]) {
            .site($0)
        }
    }

    /// A record after which a scope is named, at headquarters.
    func root(
        _ type: String, _ values: KeyValuePairs<String, Value> = [:], by author: RecordID? = nil,
        _ references: [(String, RecordID)?] = [], _ root: (RecordID) -> Scope.Root
    ) throws -> RecordID {
        let id = hq.environment.newRecordID()
        let fields = values.map { ($0.key, $0.value) } + references.compactMap(\.self).map { ($0.0, .reference($0.1)) }
        let edits = [FieldEdit.put(Scope(root(id)).description, at: .scope)]
        let change = LocalChange(
            type: typeTag(type), record: id, creates: true,
            edits: edits + fields.map { FieldEdit(tag: tag(type, $0.0), edit: .put($0.1)) })
        try hq.write { try $0.commit([change], author: author ?? self.world.headquarters) }
        return id
    }

    func order(at site: RecordID, _ values: KeyValuePairs<String, Value>) throws -> RecordID {
        try world.create("work_order", on: hq, scope: "site/\(site)", values)
    }

    /// - Parameter age: milliseconds ago that it occurred.
    @discardableResult
    func event(_ kind: String, of order: RecordID, at site: RecordID, age: Int64 = 0) throws -> RecordID {
        try world.create(
            "work_event", on: hq, scope: "site/\(site)",
            [
                "order": .reference(order), "kind": .text(kind),
                "occurred_at": .instant(milliseconds: now - age, offsetMinutes: 480),
            ])
    }

    func grant(_ opens: String, _ values: KeyValuePairs<String, Value>) throws -> RecordID {
        let fields = [("opens", Value.text(opens))] + values.map { ($0.key, $0.value) }
        let id = hq.environment.newRecordID()
        let edits = [FieldEdit.put("user/\(wei)", at: .scope)]
        let change = LocalChange(
            type: EntityTag.grant, record: id, creates: true,
            edits: edits + fields.map { FieldEdit(tag: tag("grant", $0.0), edit: .put($0.1)) })
        try world.commit(hq, [change])
        return id
    }

    // MARK: looking

    /// What somebody holds, sorted, without what is named after him.
    func held(_ holder: RecordID, on store: Store? = nil) throws -> [String] {
        try (store ?? hq).read { try $0.holdings(of: holder).map(\.scope) }
            .filter { !["user/\(holder)", "van/\(holder)"].contains($0) }.sorted()
    }

    func holds(_ holder: RecordID, _ scope: String, on store: Store? = nil) throws -> Bool {
        try (store ?? hq).read { try $0.holds(holder, scope: scope) }
    }

    func pass(days: Int64) throws {
        world.clock.advance(days * Self.day)
        for store in world.stores where store.role.isNode {
            while try store.write({ try $0.settleDueHoldings() }) {}
        }
    }

    // MARK: tables

    /// What is kept of holdings, in words; with `history`, from which position to which, too.
    func tables(of store: Store, history: Bool = true) throws -> [String] {
        try look(store) { db in
            let holdings = try String.fetchAll(
                db,
                sql: """
                    SELECT hex(id) || ' ' || coalesce(name, '*') || \(history ? "' ' || since || '–' || coalesce(until, '')" : "''")
                    FROM holding JOIN author ON author.local = holder LEFT JOIN scope ON scope.local = scope
                    \(history ? "" : "WHERE until IS NULL")
                    """)
            let sources = try String.fetchAll(
                db,
                sql: """
                    SELECT hex(source) || ' ' || hex(id) || ' ' || coalesce(name, '*') || ' ' || reason
                    FROM holding_source JOIN author ON author.local = holder LEFT JOIN scope ON scope.local = scope
                    """)
            let due = try String.fetchAll(db, sql: "SELECT hex(source) || ' ' || at FROM holding_due")
            return (holdings + sources + due).sorted()
        }
    }

    /// Opens the database file beside the store.
    func look<T>(_ store: Store, _ body: (Database) throws -> T) throws -> T {
        let database = try DatabaseQueue(path: store.path)
        defer { try? database.close() }
        return try database.write(body)
    }

    /// Counts from now on what is written to the tables of holdings.
    func countWrites(on store: Store) throws {
        try look(store) { db in
            try db.execute(sql: "CREATE TABLE written (n INTEGER); INSERT INTO written VALUES (0);")
            for table in ["holding", "holding_source", "holding_due"] {
                for verb in ["INSERT", "UPDATE", "DELETE"] {
                    try db.execute(
                        sql: """
                            CREATE TRIGGER \(table)_\(verb) AFTER \(verb) ON \(table)
                            BEGIN UPDATE written SET n = n + 1; END;
                            """)
                }
            }
        }
    }

    /// Rows written since the last look.
    func written(on store: Store) throws -> Int {
        try look(store) { db in
            defer { try? db.execute(sql: "UPDATE written SET n = 0") }
            return try Int.fetchOne(db, sql: "SELECT n FROM written") ?? 0
        }
    }

    /// Brings headquarters back to before there were holdings, and opens it again.
    func reopenFromBefore() throws {
        let (path, environment) = (hq.path, hq.environment)
        try hq.close()
        let database = try DatabaseQueue(path: path)
        try database.write { db in
            try db.execute(
                sql: """
                    DROP TABLE holding; DROP TABLE holding_source; DROP TABLE holding_due; DROP TABLE made_by;
                    DROP TABLE departure; DROP INDEX scope_part; DROP TABLE "grant"; ALTER TABLE account DROP COLUMN team;
                    DELETE FROM tally WHERE name = 'grant';
                    DELETE FROM grdb_migrations WHERE identifier LIKE '% holdings';
                    """)
        }
        try database.close()
        hq = try Store(path: path, role: .hq, environment: environment, creating: false)
    }
}
