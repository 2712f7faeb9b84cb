import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("Random histories of stores")
struct StoreRandomTests {
    @Test("Three tiers end alike, and nothing that was made is missing", arguments: 1...12)
    func converges(seed: Int) throws {
        var history = try RandomHistory(seed: UInt64(seed))
        for _ in 0..<70 { try history.step() }
        try history.settle()
        try history.checkConvergence()
        try history.checkConservation()
        try history.checkAudits()
    }
}

/// A random history drawn from a seed: edits everywhere, roaming, lost answers, writes that are refused.
private struct RandomHistory {
    let world: StoreWorld
    let hq: Store
    let branches: [Store]
    let devices: [Store]
    let dice: SeededWords
    let assets: [RecordID]

    init(seed: UInt64) throws {
        world = try StoreWorld()
        hq = try world.hq()
        branches = try [2, 3].map { [world] in try world.store(.branch, seed: seed * 10 + $0) }
        devices = try [4, 5, 6].map { [world] in try world.store(.device, seed: seed * 10 + $0) }
        dice = SeededWords(seed)
        assets = (0..<4).map { RecordID(high: 0x0190_0000_0000_7200 + UInt64($0), low: 0x8000_0000_0000_0007) }
        for branch in branches { try world.pull(branch, from: hq) }
        for device in devices { try world.pull(device, from: branches[0]) }
    }

    private func roll(_ sides: Int) -> Int { Int(dice.next() % UInt64(sides)) }
    private func pick<T>(_ items: [T]) -> T { items[roll(items.count)] }

    mutating func step() throws {
        switch roll(10) {
        case 0...4: try edit(pick([hq] + branches + devices + devices))
        case 5, 6: try world.push(pick(devices), to: pick(branches + [hq]), answerLost: roll(3) == 0)
        case 7: try world.pull(pick(devices), from: pick(branches + [hq]), pageBytesMax: 200 + roll(2000))
        case 8: try world.push(pick(branches), to: hq, answerLost: roll(3) == 0)
        default: try world.pull(pick(branches), from: hq)
        }
    }

    private func edit(_ store: Store) throws {
        let author = store.role.isNode ? world.headquarters : world.person
        let records = roll(3) == 0 ? [pick(assets), pick(assets)] : [pick(assets)]
        try store.write { access in
            var changes: [LocalChange] = []
            for record in Set(records).sorted() {
                let creates = try access.state(of: record) == nil
                changes.append(
                    LocalChange(
                        type: EntityTag.asset, record: record, creates: creates,
                        edits: (creates ? [.put(StoreWorld.place, at: .scope)] : []) + edits()))
            }
            if store.role == .device && roll(6) == 0 {
                changes.append(
                    LocalChange(
                        type: EntityTag.branch, record: world.headquarters,
                        edits: [.put("not mine to say \(roll(1000))", at: tag("branch", "name"))]))
            }
            try access.commit(changes, author: author)
        }
    }

    private func edits() -> [FieldEdit] {
        let all: [FieldEdit] = [
            .put("S\(roll(1000))", at: tag("asset", "serial")), .put("F\(roll(1000))", at: tag("asset", "firmware")),
            .put("T\(roll(4))", at: tag("asset", "tags")), .put("N\(roll(1000))", at: tag("asset", "notes")),
            .put(Int64(roll(9)), at: tag("asset", "cycles")),
            FieldEdit(tag: tag("asset", "tags"), edit: .remove(.text("T\(roll(4))"))),
            FieldEdit(tag: tag("asset", "firmware"), edit: .clear),
        ]
        return (0...roll(3)).map { _ in pick(all) }
    }

    func settle() throws {
        for _ in 0..<3 {
            for device in devices { try world.push(device, to: branches[0]) }
            for branch in branches { try world.push(branch, to: hq) }
            for branch in branches { try world.pull(branch, from: hq) }
            for device in devices { try world.pull(device, from: branches[0]) }
        }
    }

    func checkConvergence() throws {
        let expected = try world.summaries(hq)
        for store in branches + devices { #expect(try world.summaries(store) == expected) }
        for asset in assets {
            let state = try hq.read { try $0.state(of: asset) }
            for store in branches + devices { #expect(try store.read { try $0.state(of: asset) } == state) }
        }
    }

    /// Whatever happened, each node's audit tells of it.
    func checkAudits() throws {
        for node in [hq] + branches {
            #expect(try node.read { try $0.verifyAudit(heads: []) }.faults.map(\.words.en) == [])
        }
    }

    /// Every set that anyone made is at headquarters, once, with a verdict.
    func checkConservation() throws {
        for store in branches + devices {
            for chain in try store.read({ try $0.chains() }) where chain.own {
                let mine = try store.read { try $0.entries(of: chain.replica, from: 1, limit: 9999, bytesMax: .max) }
                let there = try hq.read { try $0.entries(of: chain.replica, from: 1, limit: 9999, bytesMax: .max) }
                #expect(there.map(\.hash) == mine.map(\.hash))
                #expect(there.allSatisfy { $0.verdict == .applied || $0.verdict == .refused })
            }
        }
    }
}
