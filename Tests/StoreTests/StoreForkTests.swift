import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("Clones of a device that were accepted at several branches")
struct StoreForkTests {
    @Test("All nodes end alike; every note is there once, every increment counted once", arguments: 1...12)
    func random(seed: Int) throws {
        var history = try ForkHistory(seed: UInt64(seed))
        for _ in 0..<30 { try history.step() }
        try history.settle()
        try history.check()
    }

    @Test("Two sides meet at headquarters: the one that came second is vouched for too, and its chain goes on there")
    func meet() throws {
        var history = try ForkHistory(seed: 99)
        try history.edit(0, 0)
        let ofTheFirst = Value.text("F\(history.made)")
        try history.push(0, to: history.branches[0])
        try history.edit(1, 0)
        try history.push(1, to: history.branches[1])
        for branch in history.branches {
            for case .accepted(let summary) in try history.world.push(branch, to: history.hq) {
                #expect(summary.refusals.isEmpty && summary.undecided.isEmpty)
            }
        }
        let replica = try #require(try history.devices[1].read { try $0.deviceReplica() })
        try history.edit(1, 0)
        try history.push(1, to: history.branches[1])
        for branch in history.branches.prefix(2) {
            let outcomes = try history.world.push(branch, to: history.hq)
            #expect(outcomes.allSatisfy { if case .accepted = $0 { true } else { false } })
            let head = try branch.read { try $0.head(of: replica) }
            #expect(try branch.read { try $0.receiptSeqs(of: replica) } == (branch: head.seq, hq: head.seq))
        }
        let firmware = try history.hq.read { try $0.state(of: history.assets[0]) }?[tag("asset", "firmware")]
        #expect(firmware?.distinctValues.contains(ofTheFirst) == true, "the other side overwrote what it never saw")
        try history.settle()
        try history.check()
    }

    @Test("A device that is shown a write under its own id that it did not make finds out before it joins anything")
    func shown() throws {
        var history = try ForkHistory(seed: 98)
        try history.edit(0)
        try history.push(0, to: history.branches[0])
        try history.world.push(history.branches[0], to: history.hq)
        try history.world.pull(history.branches[1], from: history.hq)
        let clone = history.devices[1]
        let before = try history.world.summaries(clone)
        let replica = try #require(try clone.read { try $0.deviceReplica() })
        #expect(throws: OwnReplicaForked.self) {
            try history.world.pull(clone, from: history.branches[1])
        }
        #expect(try history.world.summaries(clone) == before)
        try history.pull(1, from: history.branches[1])
        #expect(try clone.read { try $0.deviceReplica() } != replica)
        try history.settle()
        try history.check()
    }
}

/// A device and its copy, which both go on at branches of their choice, and a third that sees the work of both.
private struct ForkHistory {
    let world: StoreWorld
    let hq: Store
    let branches: [Store]
    private(set) var devices: [Store]
    let dice: SeededWords
    let assets: [RecordID]
    private var notes: [RecordID: Set<String>] = [:]
    private var cycles: [RecordID: Int64] = [:]
    private(set) var made = 0
    /// Per firmware value: those that its author had seen, and whatever their authors had seen.
    private var seen: [Value: Set<Value>] = [:]

    init(seed: UInt64) throws {
        world = try StoreWorld()
        hq = try world.hq()
        branches = try [2, 3, 4].map { [world] in try world.store(.branch, seed: seed * 10 + $0) }
        dice = SeededWords(seed)
        assets = (0..<2).map { RecordID(high: 0x0190_0000_0000_7200 + UInt64($0), low: 0x8000_0000_0000_0007) }
        try hq.write { [assets, world] access in
            let new = assets.map {
                LocalChange(
                    type: EntityTag.asset, record: $0, creates: true, edits: [.put(StoreWorld.place, at: .scope)])
            }
            try access.commit(new, author: world.headquarters)
        }
        for branch in branches { try world.pull(branch, from: hq) }
        let first = try world.store(.device, seed: seed * 10 + 5)
        let other = try world.store(.device, seed: seed * 10 + 6)
        for device in [first, other] { try world.pull(device, from: branches[0]) }
        devices = [first]
        for _ in 0..<roll(3) { try edit(0) }
        if roll(2) == 0 { try push(0, to: branches[0]) }
        devices = [first, try world.copy(of: first, seed: seed * 10 + 7), other]
    }

    private func roll(_ sides: Int) -> Int { Int(dice.next() % UInt64(sides)) }
    private func pick<T>(_ items: [T]) -> T { items[roll(items.count)] }

    mutating func step() throws {
        switch roll(10) {
        case 0...3: try edit(roll(3))
        case 4...7:
            let (device, node) = (roll(3), pick(branches + branches + [hq]))
            try push(device, to: node)
            if roll(10) < 7 { try pull(device, from: node) }
        default:
            let branch = pick(branches)
            try world.push(branch, to: hq, answerLost: roll(3) == 0)
            if roll(10) < 7 { try world.pull(branch, from: hq) }
        }
    }

    mutating func edit(_ device: Int, _ asset: Int? = nil) throws {
        made += 1
        let (record, note) = (asset.map { assets[$0] } ?? pick(assets), "\(device) wrote \(made)")
        notes[record, default: []].insert(note)
        cycles[record, default: 0] += 1
        let shown = try devices[device].read { try $0.state(of: record) }?[tag("asset", "firmware")].siblings ?? []
        seen[.text("F\(made)")] = Set(shown.map(\.value)).union(shown.flatMap { seen[$0.value] ?? [] })
        try devices[device].write { [world, made] access in
            let edits: [FieldEdit] = [
                .put(note, at: tag("asset", "notes")), .put(1, at: tag("asset", "cycles")),
                .put("F\(made)", at: tag("asset", "firmware")),
            ]
            try access.commit([LocalChange(type: EntityTag.asset, record: record, edits: edits)], author: world.person)
        }
    }

    /// As an exchange does: a copy that is found out writes again as a new replica, and tries once more.
    func push(_ device: Int, to node: Store) throws {
        let store = devices[device]
        for _ in 0..<4 {
            let replica = try store.read { try $0.deviceReplica() }
            let forked = try world.push(store, to: node, answerLost: roll(3) == 0).contains { outcome in
                if case .forked = outcome { true } else { false }
            }
            guard forked, let replica else { return }
            _ = try store.write { try $0.reauthor(replica, from: nil) }
        }
        Issue.record("it is found to be a copy again and again")
    }

    func pull(_ device: Int, from node: Store) throws {
        do { try world.pull(devices[device], from: node) } catch let forked as OwnReplicaForked {
            _ = try devices[device].write { try $0.reauthor(forked.replica, from: nil) }
            try world.pull(devices[device], from: node)
        }
    }

    func settle() throws {
        for _ in 0..<5 {
            for device in devices.indices { try push(device, to: branches[device]) }
            for branch in branches { try world.push(branch, to: hq) }
            for branch in branches { try world.pull(branch, from: hq) }
            for device in devices.indices { try pull(device, from: branches[device]) }
        }
    }

    func check() throws {
        for node in [hq] + branches {
            #expect(try node.read { try $0.verifyAudit(heads: []) }.faults.map(\.words.en) == [])
        }
        var standing: Set<Value> = []
        let expected = try world.summaries(hq)
        for store in branches + devices { #expect(try world.summaries(store) == expected) }
        for asset in assets {
            let state = try #require(try hq.read { try $0.state(of: asset) })
            let there = state[tag("asset", "notes")].siblings.compactMap { sibling in
                if case .text(let text) = sibling.value { text } else { nil }
            }
            #expect(there.sorted() == (notes[asset] ?? []).sorted())
            #expect(state[tag("asset", "cycles")].sum == cycles[asset] ?? 0)
            let firmware = state[tag("asset", "firmware")].siblings.map(\.value)
            #expect(Set(firmware).count == firmware.count, "one value stands twice")
            standing.formUnion(firmware)
        }
        let lost = Set(seen.keys).subtracting(standing).subtracting(seen.values.joined())
        #expect(lost == [], "gone, though nobody who had seen it overwrote it")
        for node in [hq] + branches { #expect(try node.read { try $0.verify().faults } == []) }
    }
}
