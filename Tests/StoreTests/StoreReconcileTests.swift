import FieldModel
import SyncCore
import SyncStore
import SyncWire
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
                        edits: [.put("org", at: .scope), .put("S\(number)", at: tag("asset", "serial"))])
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

    @Test("Pieces of a range hold every record once, and those that differ are exactly those with a change")
    func pieces() throws {
        try edit(node, [3, 250, 599])
        let whole = IDRange(scope: "org")
        let pieces = try puller.read { try $0.split(whole, records: 48) }
        let held = try puller.read { access in try pieces.map { try access.hashes(in: $0.range) } }
        #expect(held.flatMap { $0 } == (try puller.read { try $0.hashes(in: whole) }))
        #expect(held.map(\.count) == pieces.map(\.records))
        #expect(pieces.dropLast().allSatisfy { $0.records == 48 })
        let differing = try node.read { try $0.differing(pieces) }
        let changed = [3, 250, 599].map(Self.id)
        let expected = held.indices.filter { index in held[index].contains { changed.contains($0.id) } }
        #expect(differing == expected && !expected.isEmpty)
        #expect(try puller.read { try $0.differing(pieces) } == [])
    }

    @Test("A range sends what was not listed, however small the answers are, and names what is unknown")
    func listed() throws {
        try edit(node, Array(100..<130))
        try edit(puller, [7])
        var range = IDRange(scope: "org")
        let mine = try puller.read { try $0.hashes(in: range) }
        var (states, unknown): (Set<RecordID>, Set<UInt64>) = ([], [])
        for _ in 0..<100 {
            let left = try puller.read { try $0.hashes(in: range) }
            let listed = ListedRange(range: range, hashes: Set(left.map(\.hash)))
            let answer = try node.read { try $0.compare([listed], bytesMax: 500) }
            for state in answer.states {
                states.insert(try RecordStateCodec.decode(state).id)
            }
            unknown.formUnion(answer.unknown)
            guard let resume = answer.resume else { break }
            range = IDRange(scope: "org", after: resume.after)
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
    }
}
