import FieldModel
import GRDB
import GRDBSQLite
import SyncCore
@testable import SyncStore
import Testing

/// Counted, not timed: the steps of SQLite's machine that a page takes.
@Suite("What a pull costs")
struct HolderCostTests {
    let world: HolderWorld

    init() throws { world = try HolderWorld() }

    /// Scopes with a digest and a position, as if each had had records.
    private func scopes(_ numbers: Range<Int>, position: Int64) throws {
        try world.hq.write { access in
            let row = try access.prepare(
                "INSERT INTO scope (name, position, records, digest) VALUES (?, ?, 1, zeroblob(16))")
            for number in numbers {
                row.bind(1, text: HolderWorld.site(1_000 + number))
                row.bind(2, position)
                try row.run()
            }
        }
    }

    private func hold(_ numbers: Range<Int>, since: Int64) throws {
        try world.hq.write { access in
            for number in numbers { try access.hold(HolderWorld.site(1_000 + number), by: world.holder, since: since) }
        }
    }

    /// Steps of a page after the present checkpoint.
    private func steps(after checkpoint: Checkpoint) throws -> Int {
        try world.hq.database.read { db in
            let access = ReadAccess(db, role: .hq, environment: world.hq.environment, people: world.hq.people)
            // What a transaction asks first is not counted.
            _ = try access.heldScopes(of: world.holder)
            let counter = Counter()
            let context = Unmanaged.passUnretained(counter).toOpaque()
            sqlite3_progress_handler(
                db.sqliteConnection, 1,
                { context in
                    Unmanaged<Counter>.fromOpaque(context!).takeUnretainedValue().count += 1
                    return 0
                }, context)
            defer { sqlite3_progress_handler(db.sqliteConnection, 0, nil, nil) }
            let page = try access.page(for: world.holder, after: checkpoint, cursor: nil, bytesMax: 1_000_000)
            #expect(page?.checkpoint != nil)
            return counter.count
        }
    }

    private final class Counter { var count = 0 }

    @Test("Of a device with 2,000 scopes, among 50,000 that changed, it follows what changed in its own")
    func device() throws {
        try scopes(0..<2_000, position: 1)
        try hold(0..<2_000, since: 1)
        let checkpoint = try world.hq.read { try $0.ownCheckpoint() }
        let quiet = try steps(after: checkpoint)
        #expect(quiet < 2_000, "\(quiet) steps of a pull of nothing")
        // What others do.
        try world.machine(HolderWorld.site(5))
        try scopes(2_000..<52_000, position: 1_000_000)
        let others = try steps(after: checkpoint)
        #expect(others < 60 * 2_000, "\(others) steps while 50,000 scopes of others changed")
        // Two of its own.
        for number in [3, 1_900] { try world.machine(HolderWorld.site(1_000 + number)) }
        let own = try steps(after: checkpoint)
        #expect(own - others < 4_000, "\(own - others) steps more for two scopes")
    }

    @Test("Of a branch with 50,000 scopes it follows the few that changed")
    func branch() throws {
        try scopes(0..<50_000, position: 1)
        try hold(0..<50_000, since: 1)
        let checkpoint = try world.hq.read { try $0.ownCheckpoint() }
        for number in 0..<10 { try world.machine(HolderWorld.site(1_000 + 4_000 * number)) }
        let steps = try steps(after: checkpoint)
        #expect(steps < 20_000, "\(steps) steps for ten of 50,000 scopes")
    }
}
