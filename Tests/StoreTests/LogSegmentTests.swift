import FieldModel
import Foundation
import GRDB
import SyncCore
import SyncStore
import Testing

@Suite("Old change sets are compressed in segments, and read as ever")
struct LogSegmentTests {
    private static let dayMilliseconds: Int64 = 86_400_000

    let world: StoreWorld
    let hq: Store
    let branch: Store
    let asset: RecordID

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
        branch = try world.store(.branch, seed: 2)
        try world.exchange(branch, with: hq)
        asset = try world.create("asset", on: branch, ["serial": "S-1", "firmware": "0"])
    }

    /// A little more than a segment holds.
    private func writeMuch(on store: Store) throws {
        let words = SeededWords(7)
        for number in 0..<220 {
            let text = (0..<40).map { _ in "\(words.next() % 10_000_000)" }.joined(separator: " ")
            try world.create("asset", on: store, ["serial": .text("\(number)"), "notes": .text("\(text) \(text)")])
        }
        try world.set("asset", asset, on: store, ["firmware": "1"])
    }

    private func archive(_ store: Store) throws -> Int {
        var steps = 0
        while try store.write({ try $0.archiveLog() }) { steps += 1 }
        return steps
    }

    private func bytes(_ store: Store) throws -> [String: [UInt8]] {
        try store.read { access in
            let chains = try access.chains().map(\.replica)
            let entries = try chains.flatMap { try access.entries(of: $0, from: 1, limit: .max, bytesMax: .max) }
            return Dictionary(uniqueKeysWithValues: entries.map { ("\($0.replica):\($0.seq)", $0.bytes ?? []) })
        }
    }

    private func run<T>(_ sql: String, on store: Store, _ body: (Database, String) throws -> T) throws -> T {
        let queue = try DatabaseQueue(path: store.path)
        defer { try? queue.close() }
        return try queue.write { try body($0, sql) }
    }

    private func count(_ sql: String, _ store: Store) throws -> Int {
        try run("SELECT count(*) FROM \(sql)", on: store) { try Int.fetchOne($0, sql: $1) ?? 0 }
    }

    @Test("Bytes, history, chains and audit are what they were; a branch goes on offering what it has")
    func theSame() throws {
        try writeMuch(on: branch)
        try world.exchange(branch, with: hq)
        let (before, history) = try (bytes(branch), branch.read { try $0.history(of: asset) }?.items.map(\.dot))
        world.clock.advance(31 * Self.dayMilliseconds)
        #expect(try archive(branch) == 1)
        #expect(try archive(hq) == 0, "headquarters keeps the last quarter as it came")
        world.clock.advance(60 * Self.dayMilliseconds)
        #expect(try archive(hq) == 1)
        for store in [branch, hq] {
            #expect(try count("change_log WHERE bytes IS NULL AND segment = 1", store) > 100)
            #expect(try store.read { try $0.verify() }.faults == [])
            #expect(try store.read { try $0.verifyAudit(heads: []) }.isWhole)
        }
        #expect(try bytes(branch) == before)
        #expect(try branch.read { try $0.history(of: asset) }?.items.map(\.dot) == history)
        // A headquarters that lost everything gets it again from the branch.
        let other = try world.store(.hq, seed: 9)
        try world.push(branch, to: other)
        #expect(try bytes(other).filter { before[$0.key] != nil } == before.filter { !$0.value.isEmpty })
    }

    @Test("What headquarters has no receipt for stays as it is, and so do the few behind a full segment")
    func unsettled() throws {
        try writeMuch(on: branch)
        world.clock.advance(100 * Self.dayMilliseconds)
        #expect(try archive(branch) == 0)
        // After a lease it holds nobody up any more.
        world.clock.advance(100 * Self.dayMilliseconds)
        #expect(try archive(branch) == 0)
        try world.push(branch, to: hq)
        #expect(try archive(branch) == 1)
        #expect(try count("change_log WHERE bytes IS NOT NULL", branch) > 0)
    }

    @Test("Damage to a segment, or its loss, is found and told by its name")
    func damaged() throws {
        try writeMuch(on: hq)
        world.clock.advance(91 * Self.dayMilliseconds)
        #expect(try archive(hq) == 1)
        try run("UPDATE log_segment SET bytes = substr(bytes, 1, 100)", on: hq) { try $0.execute(sql: $1) }
        let found = try hq.read { try $0.verify() }
        #expect(found.faults.first == "segment 1 of the log cannot be read")
        #expect(found.count(.chains) > 1)
        try run("DELETE FROM log_segment", on: hq) { try $0.execute(sql: $1) }
        #expect(try hq.read { try $0.verify() }.count(.chains) > 0)
    }

    @Test("Of an author's signatures a branch keeps those that bounded runs need, and always the last")
    func signatures() throws {
        try writeMuch(on: branch)
        let chain = try #require(try branch.read { try $0.chains() }.first { $0.own })
        try branch.write { access in
            for seq in 1...chain.head {
                try access.keep(headSignature: [UInt8](repeating: 1, count: 64), of: chain.replica, at: seq)
            }
        }
        try world.push(branch, to: hq)
        world.clock.advance(31 * Self.dayMilliseconds)
        #expect(try archive(branch) == 1)
        let archived = try count("change_log WHERE segment IS NOT NULL", branch)
        let kept = try count("head_signature WHERE seq <= \(archived)", branch)
        #expect((1...4).contains(kept))
        #expect(try branch.read { try $0.headSignature(of: chain.replica, at: chain.head) } != nil)
        #expect(try count("head_signature", branch) == kept + Int(chain.head) - archived)
    }

    @Test("A checkpoint older than all that a node keeps is compared, and is no sign that the node was set back")
    func oldCheckpoint() throws {
        let device = try world.device(of: branch, seed: 3)
        let old = try #require(try device.read { try $0.pulledCheckpoint() })
        world.clock.advance(399 * Self.dayMilliseconds)
        try world.set("asset", asset, on: branch, ["firmware": "1"])
        #expect(try !branch.write { try $0.dropOldPositions() })
        #expect(try branch.read { try $0.decide(old) } == .good)
        world.clock.advance(2 * Self.dayMilliseconds)
        #expect(try branch.write { try $0.dropOldPositions() })
        #expect(try branch.read { try $0.decide(old) } == .foreign)
        let own = try branch.read { try $0.ownCheckpoint() }
        #expect(try branch.read { try $0.decide(own) } == .good)
        let other = Checkpoint(epoch: own.epoch, position: own.position, token: own.token ^ 1)
        #expect(try branch.read { try $0.decide(other) } == .rolledBack)
        #expect(try !branch.write { try $0.dropOldPositions() })
        #expect(try branch.read { try $0.verify() }.faults == [])
    }
}
