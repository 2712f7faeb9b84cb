import FieldModel
import SyncCore
@testable import SyncStore
import SyncWire
import Synchronization
import Testing

@Suite("Two stores compare what they hold")
struct StoreReconcileTests {
    private let world: StoreWorld
    private let node: Store
    private let puller: Store

    init() throws {
        world = try StoreWorld()
        node = try world.hq()
        try node.write { [world] access in
            for first in stride(from: 0, to: 600, by: 200) {
                let new = (first..<first + 200).map { number in
                    LocalChange(
                        type: EntityTag.asset, record: Self.id(number), creates: true,
                        edits: [.put(StoreWorld.place, at: .scope), .put("S\(number)", at: tag("asset", "serial"))])
                }
                try access.commit(new, author: world.headquarters)
            }
        }
        puller = try world.store(.branch, seed: 2)
        try world.pull(puller, from: node)
    }

    /// Ids of which many begin alike, as those of one import do.
    private static func id(_ number: Int) -> RecordID {
        RecordID(
            high: 0x0190_0000_0000_7000 + UInt64(number / 97),
            low: 0x8000_0000_0000_0000 + UInt64(number % 97) << UInt64(number % 5 * 8))
    }

    private func edit(_ store: Store, _ numbers: [Int]) throws {
        let changes = numbers.map { number in
            LocalChange(
                type: EntityTag.asset, record: Self.id(number), edits: [.put("changed", at: tag("asset", "firmware"))])
        }
        _ = try store.write { try $0.commit(changes, author: world.headquarters) }
    }

    @Test("A node that was set back takes back what others know for 180 days, and not a millisecond longer")
    func lease() throws {
        try node.write { try $0.openEpoch() }
        let opened = try #require(try node.read { try $0.metaInteger(MetaKey.epochAt) })
        // Every look at the clock is a millisecond later.
        world.clock.advance(opened + Limits.leaseDays * 86_400_000 - 2 - world.clock.milliseconds)
        #expect(try node.read { try $0.isRecovering() })
        #expect(try !node.read { try $0.isRecovering() })
    }

    @Test("Pieces of a range hold every record once, and those that differ are exactly those with a change")
    func pieces() throws {
        try edit(node, [3, 250, 599])
        try world.letEverybodyRead(puller)
        let whole = IDRange(scope: StoreWorld.place)
        let pieces = try puller.read { try $0.split(whole, records: 48) }
        let held = try puller.read { access in try pieces.map { try access.hashes(in: $0.range) } }
        #expect(held.flatMap { $0 } == (try puller.read { try $0.hashes(in: whole) }))
        #expect(held.map(\.count) == pieces.map(\.records))
        #expect(pieces.dropLast().allSatisfy { $0.records == 48 })
        let differing = try node.read { try $0.differing(pieces, for: world.everybody) }
        let changed = [3, 250, 599].map(Self.id)
        let expected = held.indices.filter { index in held[index].contains { changed.contains($0.id) } }
        #expect(differing == expected && !expected.isEmpty)
        #expect(try puller.read { try $0.differing(pieces, for: world.everybody) } == [])
    }

    @Test("A range of a single id holds that record and no other")
    func single() throws {
        for number in [0, 96, 97, 599] {
            let range = IDRange(scope: StoreWorld.place, only: Self.id(number))
            #expect(try node.read { try $0.hashes(in: range) }.map(\.id) == [Self.id(number)])
        }
        #expect(try node.read { try $0.hashes(in: IDRange(scope: StoreWorld.place, only: Self.id(600))) } == [])
    }

    @Test("A range sends what was not listed, however small the answers are, and names what is unknown")
    func listed() throws {
        try edit(node, Array(100..<130))
        try edit(puller, [7])
        var range = IDRange(scope: StoreWorld.place)
        let mine = try puller.read { try $0.hashes(in: range) }
        var (states, unknown): (Set<RecordID>, Set<UInt64>) = ([], [])
        for _ in 0..<100 {
            let left = try puller.read { try $0.hashes(in: range) }
            let listed = ListedRange(range: range, hashes: Set(left.map(\.hash)))
            let answer = try node.read { try $0.compare([listed], for: world.everybody, bytesMax: 500) }
            for state in answer.states {
                states.insert(try RecordStateCodec.decode(state).id)
            }
            unknown.formUnion(answer.unknown)
            guard let resume = answer.resume else { break }
            range = IDRange(scope: StoreWorld.place, after: resume.after)
        }
        #expect(states == Set(([7] + (100..<130)).map(Self.id)))
        #expect(unknown == Set(mine.filter { states.contains($0.id) }.map(\.hash)))
    }

    @Test("What a node lost comes back by a branch's witness, and joins with what was written since")
    func witness() throws {
        let old = try world.copy(of: node, seed: 77)
        try old.write { try $0.openEpoch() }
        try edit(node, [5, 6])
        try world.pull(puller, from: node)
        try old.write { [world] access in
            let change = LocalChange(
                type: EntityTag.asset, record: Self.id(6), edits: [.put("since", at: tag("asset", "firmware"))])
            try access.commit([change], author: world.headquarters)
        }
        _ = try puller.write { try $0.witness([Self.id(5), Self.id(6)], author: world.headquarters) }
        try world.push(puller, to: old)
        let firmware = { (number: Int) in
            try old.read { try $0.state(of: Self.id(number)) }?[tag("asset", "firmware")].siblings.map(\.value)
        }
        #expect(try firmware(5) == [.text("changed")])
        #expect(Set(try firmware(6) ?? []) == [.text("changed"), .text("since")])
    }

    @Test("A node that is shown a write of its own that it does not know opens a new epoch, once")
    func lostWrite() throws {
        let old = try world.copy(of: node, seed: 77)
        try edit(node, [5, 6, 7])
        try world.pull(puller, from: node)
        let alarms = Mutex<[Alarm]>([])
        old.hearAlarms { alarm in alarms.withLock { $0.append(alarm) } }
        let epoch = try old.read { try $0.epoch() }
        // A write that overwrites the lost one of record 7, and no witness of it.
        try edit(puller, [7])
        try world.push(puller, to: old)
        let second = try old.read { try $0.epoch() }
        #expect(second != epoch)
        #expect(
            alarms.withLock { $0.map(\.message) }.allSatisfy { $0.contains("set back") && $0.contains("\(Self.id(7))") }
        )
        #expect(try old.read { try $0.held() }.map(\.name) == ["setback"])
        _ = try puller.write { try $0.witness([Self.id(5), Self.id(6)], author: world.headquarters) }
        try world.push(puller, to: old)
        #expect(try old.read { try $0.epoch() } == second)
        #expect(alarms.withLock { $0.count } == 1)
        // What it writes from now on it knows again.
        try edit(old, [8])
        try world.pull(puller, from: old)
        let later = try world.copy(of: old, seed: 78)
        try edit(old, [8])
        try world.pull(puller, from: old)
        _ = try puller.write { try $0.witness([Self.id(8)], author: world.headquarters) }
        try world.push(puller, to: later)
        #expect(try later.read { try $0.epoch() } != second)
    }

    @Test("A node of whose own chain the node above has more than itself was set back")
    func lostSets() throws {
        try edit(puller, [5])
        let old = try world.copy(of: puller, seed: 77)
        let epoch = try old.read { try $0.epoch() }
        try edit(puller, [5])
        try world.push(puller, to: node)
        let replica = try #require(try old.read { try $0.ownReplicas() }.first)
        let receipt = try world.receipt(
            node.read { try $0.summary(of: replica, from: 1) }, of: replica, by: node)
        for _ in 0..<2 { try old.write { try $0.lookForLost(in: receipt) } }
        let second = try old.read { try $0.epoch() }
        #expect(second != epoch)
        try old.write { try $0.lookForLost(in: receipt) }
        #expect(try old.read { try $0.epoch() } == second)
    }

    @Test("A set that says something else than its witness changes nothing, is kept aside, and raises an alarm")
    func contradiction() throws {
        let (author, liar) = (try world.store(.branch, seed: 11), try world.store(.branch, seed: 11))
        for (store, serial) in [(author, "right"), (liar, "wrong")] {
            let change = LocalChange(
                type: EntityTag.asset, record: Self.id(700), creates: true,
                edits: [.put(StoreWorld.place, at: .scope), .put(serial, at: tag("asset", "serial"))])
            try store.write { _ = try $0.commit([change], author: world.headquarters) }
        }
        let state = try #require(try liar.read { try $0.state(of: Self.id(700)) })
        let bytes = RecordStateCodec.encode(type: EntityTag.asset, id: Self.id(700), state: state)
        try puller.write { try $0.absorb(encoded: [bytes]) }
        _ = try puller.write { try $0.witness([Self.id(700)], author: world.headquarters) }
        try world.push(puller, to: node)
        let alarms = Mutex<[Alarm]>([])
        node.hearAlarms { alarm in alarms.withLock { $0.append(alarm) } }
        for _ in 0..<2 { try world.push(author, to: node) }
        #expect(alarms.withLock { $0.map(\.message) }.map { $0.contains("\(Self.id(700))") } == [true])
        #expect(try node.read { try $0.held() }.map(\.kind) == [.contradicted])
        #expect(try node.read { try $0.nodeFigures() }.quarantined == 1)
        #expect(try node.read { try $0.state(of: Self.id(700)) } == state)
        let name = try #require(try node.read { try $0.held() }.first?.name)
        #expect(try node.write { try $0.acceptHeld(name, author: world.headquarters) } == nil)
        #expect(try node.write { try $0.dismissHeld(name) })
        #expect(try node.write { try !$0.dismissHeld(name) })
        #expect(try node.read { try $0.held() }.isEmpty)
        let told = try world.copy(of: puller, seed: 12)
        try world.push(liar, to: told)
        #expect(try told.read { try $0.held() }.isEmpty, "what says the same is no contradiction")
    }

    @Test("A device's witness counts while the node recovers, not later, and never where it would only remove")
    func deviceWitness() throws {
        let device = try world.store(.device, seed: 5)
        try edit(node, [5])
        try world.pull(device, from: node)
        let fresh = try world.store(.hq, seed: 8)
        let person = try #require(try node.read { try $0.state(of: world.person) })
        let known = RecordStateCodec.encode(type: EntityTag.user, id: world.person, state: person)
        try fresh.write { try $0.absorb(encoded: [known]) }
        let tooLarge = try device.write { try $0.witness([Self.id(1), Self.id(2)], author: self.world.person) }
        #expect(tooLarge == [])
        try world.push(device, to: fresh)
        #expect(try fresh.read { try $0.state(of: Self.id(1)) } != nil)
        world.clock.advance(181 * 86_400_000)
        let late = try device.write { try $0.witness([Self.id(3)], author: self.world.person) }
        #expect(late == [])
        try world.push(device, to: fresh)
        #expect(try fresh.read { try $0.state(of: Self.id(3)) } == nil)
        #expect(try device.read { try $0.rejected() }.count == 1)
        let held = try #require(try fresh.read { try $0.held() }.first)
        #expect(held.kind == .witness && held.records == [Self.id(3)] && held.author == world.person)
        let other = try world.copy(of: fresh, seed: 9)
        #expect(try other.write { try $0.dismissHeld(held.name) })
        #expect(try other.read { try $0.held() }.isEmpty)
        #expect(try fresh.write { try $0.acceptHeld(held.name, author: self.world.headquarters) } == [Self.id(3)])
        #expect(try fresh.read { try $0.state(of: Self.id(3)) } == node.read { try $0.state(of: Self.id(3)) })
        #expect(try fresh.read { try $0.held() }.isEmpty)
    }
}
