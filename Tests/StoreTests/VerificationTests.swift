import FieldModel
import Foundation
import GRDB
import SyncCore
import SyncStore
import Testing

@Suite("Verification finds every kind of damage, and says of what kind it is")
struct VerificationTests {
    private let world: StoreWorld
    private let hq: Store

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
        for number in 0..<5 {
            try world.create("account", on: hq, ["name": .text("account \(number)")])
            try world.create("work_order", on: hq, ["diagnosis": .text("hose \(number)")])
        }
        let last = try world.create("account", on: hq, ["name": "account"])
        try world.set("account", last, on: hq, ["name": "account 5"])
    }

    private func verify() throws -> Verification { try hq.read { try $0.verify() } }

    private func meddle(_ sql: String) throws {
        let queue = try DatabaseQueue(path: hq.path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    @Test("What nobody touched is sound")
    func sound() throws {
        let found = try verify()
        #expect(found.faults == [])
        #expect(found.records == 13 && found.changeSets == 13 && found.scopes > 0)
    }

    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let sql: String
        let checks: Set<Verification.Check>
    }

    private static let one = "WHERE rowid = (SELECT min(rowid) FROM account)"

    static let damages = [
        Damage(
            testDescription: "a state that cannot be read",
            sql: "UPDATE account SET state = x'ff' \(one)", checks: [.records, .scopes]),
        Damage(
            testDescription: "a state with other content",
            sql: "UPDATE account SET state = (SELECT state FROM account ORDER BY rowid DESC LIMIT 1) \(one)",
            checks: [.records, .scopes]),
        Damage(
            testDescription: "an edited column", sql: "UPDATE account SET name = 'Other' \(one)",
            checks: [.records, .scopes]),
        Damage(
            testDescription: "a hash that was edited with it",
            sql: "UPDATE account SET hash = zeroblob(16) \(one)", checks: [.records]),
        Damage(
            testDescription: "a record that is gone", sql: "DELETE FROM account \(one)",
            checks: [.scopes, .projections]),
        Damage(
            testDescription: "a digest", sql: "UPDATE scope SET digest = zeroblob(16) WHERE records > 0",
            checks: [.scopes]),
        Damage(
            testDescription: "a set with other bytes",
            sql: "UPDATE change_log SET bytes = bytes || x'00' WHERE rowid = 4", checks: [.chains]),
        Damage(
            testDescription: "a set that is gone", sql: "DELETE FROM change_log WHERE rowid = 4", checks: [.chains]),
        Damage(
            testDescription: "a cut log",
            sql: "DELETE FROM change_log WHERE rowid > (SELECT max(rowid) - 2 FROM change_log)", checks: [.chains]),
        Damage(
            testDescription: "a cut log of which no trace is left but the count",
            sql: """
                DELETE FROM change_record WHERE entry = (SELECT max(rowid) FROM change_log);
                DELETE FROM change_log WHERE rowid = (SELECT max(rowid) FROM change_log)
                """, checks: [.chains]),
        Damage(
            testDescription: "a derived field", sql: "UPDATE work_order SET status = 'closed'",
            checks: [.projections]),
        Damage(
            testDescription: "a conflict that is none",
            sql: "INSERT INTO conflict (record, tag, type, since) SELECT id, 3, 1, 0 FROM account \(one)",
            checks: [.projections]),
        Damage(
            testDescription: "an empty search index", sql: "INSERT INTO search (search) VALUES ('delete-all')",
            checks: [.projections]),
        Damage(
            testDescription: "a count", sql: "UPDATE tally SET rows = rows + 1 WHERE name = 'asset'",
            checks: [.projections]),
    ]

    @Test("Each damage is found", arguments: damages)
    func damaged(damage: Damage) throws {
        try meddle(damage.sql)
        let found = try verify()
        #expect(Set(Verification.Check.allCases.filter { found.count($0) > 0 }) == damage.checks, "\(found.faults)")
        #expect(found.faults.allSatisfy { !$0.isEmpty })
    }

    @Test("A page of the file that was overwritten is found")
    func page() throws {
        try hq.close()
        let file = try FileHandle(forUpdating: URL(filePath: hq.path))
        let pages = try file.seekToEnd() / 4_096
        var isFound = false
        for page in stride(from: pages - 1, to: 1, by: -1) where !isFound {
            try file.seek(toOffset: page * 4_096)
            try file.write(contentsOf: Data(repeating: 0x5A, count: 512))
            isFound = try isDamaged()
        }
        try file.close()
        #expect(isFound)
    }

    /// Also a file that cannot be opened any more is found.
    private func isDamaged() throws -> Bool {
        do {
            let store = try Store(path: hq.path, role: .hq, environment: hq.environment, creating: false)
            return try store.read { try $0.verify() }.count(.pages) > 0
        } catch StoreFailure.damaged {
            return true
        }
    }

    @Test("What is damaged at a branch is mended by what HQ has and by its own log", arguments: damages)
    func mended(damage: Damage) throws {
        let branch = try world.store(.branch, seed: 3)
        try world.pull(branch, from: hq)
        let before = try branch.read { try $0.scopeSummaries() }
        let queue = try DatabaseQueue(path: branch.path)
        try queue.write { try $0.execute(sql: damage.sql) }
        try queue.close()
        let found = try branch.read { try $0.verify() }
        let mendable: Set<Verification.Check> = [.records, .scopes, .projections]
        guard damage.checks.isSubset(of: mendable) else { return }
        let states = try hq.read { access in
            let ranges = found.damaged.map { ListedRange(range: IDRange(scope: $0.scope, only: $0.id), hashes: []) }
            return try access.compare(ranges, for: world.everybody, bytesMax: 1_000_000).states
        }
        let mended = try branch.write { try $0.mend(found, by: states) }
        #expect(Set(mended) == Set(found.damaged.map(\.id)))
        #expect(try branch.read { try $0.verify() }.faults == [])
        // What is gone altogether comes when the two are compared.
        if damage.sql.hasPrefix("DELETE") { return }
        #expect(try branch.read { try $0.scopeSummaries() } == before)
    }
}
