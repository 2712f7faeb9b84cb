import FieldModel
import GRDB
import SyncCore
import SyncStore
import Testing

@Suite("Lists and search")
struct QueryListingTests {
    let world: StoreWorld
    let hq: Store

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
    }

    private func list(
        _ type: String, _ matches: KeyValuePairs<String, Value> = [:], since: Int64? = nil, limit: Int = 10
    ) throws -> [RecordID] {
        let matches = matches.map { FieldMatch(tag: tag(type, $0.key), value: $0.value) }
        return try hq.read { try $0.list(typeTag(type), matching: matches, since: since, limit: limit) }.items.map(\.id)
    }

    private func search(_ text: String, limit: Int = 10) throws -> [RecordID] {
        try hq.read { try $0.search(text, limit: limit) }.items.map(\.id)
    }

    @Test("leave out deleted records")
    func deleted() throws {
        let kept = try world.create("site", on: hq, ["name": "Pit 4"])
        let gone = try world.create("site", on: hq, ["name": "Pit 5"])
        try world.delete("site", gone, on: hq)
        #expect(try list("site") == [kept])
        #expect(try search("pit") == [kept])
        let edit = FieldEdit(tag: .deleted, edit: .put(.known(KnownDots())))
        try world.commit(hq, [LocalChange(type: EntityTag.site, record: kept, edits: [edit])])
        #expect(try hq.read { try $0.conflicts() }.map(\.record.id) == [kept])
        #expect(try list("site").isEmpty)
        #expect(try search("pit").isEmpty)
    }

    @Test("are newest first and say when the limit left some out")
    func limit() throws {
        let ids = try (1...5).map { try world.create("site", on: hq, ["name": .text("Pit \($0)")]) }
        let some = try hq.read { try $0.list(EntityTag.site, limit: 3) }
        #expect(some.items.map(\.id) == Array(ids.reversed().prefix(3)))
        #expect(some.more)
        #expect(try hq.read { try $0.list(EntityTag.site, limit: 5) }.more == false)
        let found = try hq.read { try $0.search("pit", limit: 3) }
        #expect(found.items.map(\.id) == Array(ids.reversed().prefix(3)))
        #expect(found.more)
        #expect(try hq.read { try $0.search("pit", limit: 5) }.more == false)
    }

    @Test("match single values exactly, and the elements of sets and logs")
    func matches() throws {
        let site = try world.create("site", on: hq, ["name": "Pit 4"])
        let seen: Value = .instant(milliseconds: 1_780_000_000_000, offsetMinutes: 480)
        let order = try world.create(
            "work_order", on: hq,
            [
                "site": .reference(site), "type": "repair", "assignees": .reference(world.person), "notes": "hose",
                "cost": .money(minor: 18_305, currency: "AUD"), "window_start": seen,
            ])
        try world.create("work_order", on: hq, ["type": "inspect", "cost": .money(minor: 18_305, currency: "CNY")])
        for (field, value) in [
            ("site", Value.reference(site)), ("type", "repair"), ("assignees", .reference(world.person)),
            ("notes", "hose"), ("cost", .money(minor: 18_305, currency: "AUD")), ("window_start", seen),
            ("window_start", .instant(milliseconds: 1_780_000_000_000, offsetMinutes: 0)),
        ] {
            #expect(try list("work_order", [field: value]) == [order], "\(field)")
        }
        #expect(try list("work_order", ["type": "repair", "notes": "pump"]).isEmpty)
        #expect(try list("work_order", ["type": "Repair"]).isEmpty)
        #expect(try list("work_order", ["type": .integer(1)]).isEmpty)
    }

    @Test("tell whose work it is in a store of an earlier version too, and follow what is assigned to others")
    func assigned() throws {
        let order = try world.create("work_order", on: hq, ["type": "repair", "assignees": .reference(world.person)])
        let other = RecordID(milliseconds: 9, random: (9, 9))
        try hq.close()
        let database = try DatabaseQueue(path: hq.path)
        try database.write { db in
            try db.execute(
                sql: """
                    DROP TABLE named; DROP INDEX change_log_unsealed;
                    DELETE FROM grdb_migrations WHERE identifier LIKE '% worklists';
                    """)
        }
        try database.close()
        let store = try Store(path: hq.path, role: .hq, environment: hq.environment, creating: false)
        func work(of person: RecordID) throws -> [RecordID] {
            let match = FieldMatch(tag: tag("work_order", "assignees"), value: .reference(person))
            return try store.read { try $0.list(EntityTag.workOrder, matching: [match], limit: 9) }.items.map(\.id)
        }
        #expect(try work(of: world.person) == [order])
        #expect(try store.read { try $0.verify() }.faults.isEmpty)
        try world.edit("work_order", order, on: store, "assignees", .remove(.reference(world.person)))
        try world.edit("work_order", order, on: store, "assignees", .put(.reference(other)))
        #expect(try work(of: world.person).isEmpty)
        #expect(try work(of: other) == [order])
        #expect(try store.read { try $0.verify() }.faults.isEmpty)
    }

    @Test("match a counter's sum")
    func counters() throws {
        let asset = try world.create("asset", on: hq, ["cycles": .integer(4), "cycles": .integer(3)])
        #expect(try list("asset", ["cycles": .integer(7)]) == [asset])
        #expect(try list("asset", ["cycles": .integer(4)]).isEmpty)
    }

    @Test("begin with what was made since a moment")
    func since() throws {
        try world.create("site", on: hq, ["name": "Pit 4"])
        let moment = hq.environment.wallMilliseconds()
        let later = try world.create("site", on: hq, ["name": "Pit 5"])
        #expect(try list("site", since: moment) == [later])
    }

    @Test("find Chinese text by one and two characters and latin words by their beginning, and nothing in nothing")
    func text() throws {
        let request = try world.create("request", on: hq, ["description": "斗齿断裂 hydraulic hose"])
        for query in ["齿", "断裂", "斗齿断裂", "HYDR", "hose 断裂"] {
            #expect(try search(query) == [request], "\(query)")
        }
        for query in ["", "  ", "\"", "裂断", "draulic", "hose pump"] {
            #expect(try search(query).isEmpty, "\(query)")
        }
    }

    @Test("follow what a record shows now")
    func edited() throws {
        let site = try world.create("site", on: hq, ["name": "Pit 4"])
        try world.set("site", site, on: hq, ["name": "Quarry"])
        #expect(try search("pit").isEmpty)
        #expect(try search("quarry") == [site])
    }
}
