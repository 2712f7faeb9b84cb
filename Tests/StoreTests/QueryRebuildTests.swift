import FieldModel
import GRDB
import SyncCore
import SyncStore
import Testing

/// What is kept besides the records, as it was maintained write by write and as it is computed anew.
@Suite("Projections that are rebuilt")
struct QueryRebuildTests {
    @Test("equal those that were maintained, after random histories", arguments: UInt64(1)...8)
    func equal(seed: UInt64) throws {
        let world = try StoreWorld()
        let hq = try world.hq(roles: Role.allCases.map(\.rawValue))
        let device = try world.device(of: hq, seed: seed &+ 100)
        var history = RandomHistory(world: world, stores: [hq, device], seed: seed)
        for _ in 0..<150 { try history.step() }
        for store in [hq, device] {
            let maintained = try Projected(path: store.path)
            #expect(!maintained.derived.isEmpty && !maintained.terms.isEmpty)
            try store.write { try $0.rebuildProjections() }
            #expect(try Projected(path: store.path) == maintained)
        }
    }

    @Test("mend what was damaged")
    func damaged() throws {
        let world = try StoreWorld()
        let hq = try world.hq()
        try world.create("work_order", on: hq, ["diagnosis": "hose"])
        let maintained = try Projected(path: hq.path)
        try DatabaseQueue(path: hq.path).write { db in
            try db.execute(
                sql: """
                    UPDATE work_order SET status = 'closed';
                    INSERT INTO conflict (record, tag, type, since) VALUES (x'00', 3, 9, 0);
                    INSERT INTO decision (record, reason, since) VALUES (x'00', 'late_event', 0);
                    INSERT INTO decision (record, reason, since) SELECT id, 'late_part', 0 FROM work_order;
                    INSERT INTO search (search) VALUES ('delete-all');
                    """)
        }
        #expect(try Projected(path: hq.path) != maintained)
        try hq.write { try $0.rebuildProjections() }
        #expect(try Projected(path: hq.path) == maintained)
    }
}

/// Everything that a rebuild computes, but not when a conflict or decision was found.
private struct Projected: Equatable {
    let derived: [[String]]
    let conflicts: [[String]]
    let decisions: [[String]]
    /// Every word of the search index with its place.
    let terms: [[String]]

    init(path: String) throws {
        let queue = try DatabaseQueue(path: path)
        (derived, conflicts, decisions, terms) = try queue.write { db in
            try db.execute(sql: "CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, search, instance)")
            let derived = try Catalogue.entities.flatMap { entity in
                let columns = entity.fields.filter(\.derived).map(\.name)
                return columns.isEmpty
                    ? [] : try Self.rows(db, "SELECT \(columns.joined(separator: ", ")), id FROM \(entity.name)")
            }
            return (
                derived, try Self.rows(db, "SELECT record, tag, type FROM conflict"),
                try Self.rows(db, "SELECT record, reason FROM decision"),
                try Self.rows(db, "SELECT term, doc, col, offset FROM temp.terms")
            )
        }
        try queue.close()
    }

    private static func rows(_ db: Database, _ sql: String) throws -> [[String]] {
        try Row.fetchAll(db, sql: sql).map { row in row.databaseValues.map(\.description) }.sorted {
            $0.lexicographicallyPrecedes($1)
        }
    }
}

/// Writes and exchanges by chance, all from a seed.
private struct RandomHistory {
    let world: StoreWorld
    let stores: [Store]
    private var random: SeededGenerator
    private var records: [String: [RecordID]] = [:]

    init(world: StoreWorld, stores: [Store], seed: UInt64) {
        self.world = world
        self.stores = stores
        random = SeededGenerator(words: SeededWords(seed))
    }

    mutating func step() throws {
        let store = stores[Int.random(in: 0..<stores.count, using: &random)]
        switch Int.random(in: 0..<10, using: &random) {
        case 0: try world.exchange(stores[1], with: stores[0])
        case 1: try delete(on: store)
        case 2...5: try edit(on: store)
        default: try create(on: store)
        }
    }

    private mutating func create(on store: Store) throws {
        let types = [
            "account", "site", "asset", "asset_event", "request", "work_order", "work_event", "visit", "part_usage",
        ]
        guard let type = types.randomElement(using: &random), let values = try values(of: type, on: store) else {
            return
        }
        let id = store.environment.newRecordID()
        try world.commit(
            store,
            [
                LocalChange(
                    type: typeTag(type), record: id, creates: true, edits: [.put(StoreWorld.place, at: .scope)] + values
                )
            ])
        records[type, default: []].append(id)
    }

    private mutating func edit(on store: Store) throws {
        let edits = [
            ("asset", "serial"), ("site", "account"), ("asset", "site"), ("work_order", "site"), ("request", "site"),
            ("work_order", "diagnosis"), ("request", "result_code"), ("account", "name"), ("request", "severity"),
        ]
        guard let (type, field) = edits.randomElement(using: &random), let id = try held(type, on: store),
            let declaration = Catalogue.entity(named: type)?.field(named: field),
            let value = try value(of: declaration, on: store)
        else { return }
        try world.edit(type, id, on: store, field, Bool.random(using: &random) ? .put(value) : .clear)
    }

    private mutating func delete(on store: Store) throws {
        guard let type = records.keys.sorted().randomElement(using: &random), let id = try held(type, on: store) else {
            return
        }
        try world.delete(type, id, on: store)
    }

    private mutating func values(of type: String, on store: Store) throws -> [FieldEdit]? {
        let declared = Catalogue.entity(named: type)?.fields.filter { !$0.derived } ?? []
        var edits: [FieldEdit] = []
        for field in declared where field.required || Bool.random(using: &random) {
            if let value = try value(of: field, on: store) {
                edits.append(FieldEdit(tag: field.tag, edit: .put(value)))
            } else if field.required {
                return nil
            }
        }
        return edits
    }

    private mutating func value(of field: FieldDeclaration, on store: Store) throws -> Value? {
        if let choices = field.choices { return choices.randomElement(using: &random).map { .text($0.word) } }
        let number = Int64.random(in: 0..<4, using: &random)
        switch field.type {
        case .text: return .text(["hose", "斗齿断裂", "no oil pressure", "A7"][Int(number)])
        case .instant: return .instant(milliseconds: 1_780_000_000_000 + number, offsetMinutes: 480)
        case .integer: return .integer(number)
        case .reference(let target):
            guard let name = target.flatMap(Catalogue.entity)?.name else { return nil }
            return try held(name, on: store).map(Value.reference)
        default: return nil
        }
    }

    private mutating func held(_ type: String, on store: Store) throws -> RecordID? {
        guard let id = records[type]?.randomElement(using: &random) else { return nil }
        return try store.read { try $0.state(of: id) } == nil ? nil : id
    }
}

private struct SeededGenerator: RandomNumberGenerator {
    let words: SeededWords

    mutating func next() -> UInt64 { words.next() }
}
