import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("Random histories of holdings")
struct HolderRandomTests {
    @Test(
        "Whatever comes and goes while pulls are under way, a device holds what it may, and no edit is lost",
        arguments: 1...16)
    func holds(seed: Int) throws {
        var history = try HolderHistory(seed: UInt64(seed))
        for _ in 0..<120 { try history.step() }
        try history.settle()
    }
}

/// Edits at both sides, machines that move, scopes that come and go, pulls of small pages in whose midst all that goes on.
private struct HolderHistory {
    let world: HolderWorld
    let dice: SeededWords
    let scopes = (1...5).map(HolderWorld.site)
    private var machines: [RecordID] = []
    private var held: Set<String> = []
    /// What the device's person entered: every one must be at headquarters.
    private var entered: Set<String> = []

    init(seed: UInt64) throws {
        world = try HolderWorld()
        dice = SeededWords(seed &* 977)
        for scope in scopes { for _ in 0..<3 { machines.append(try world.machine(scope)) } }
    }

    private func roll(_ sides: Int) -> Int { Int(dice.next() % UInt64(sides)) }
    private func pick<T>(_ items: [T]) -> T { items[roll(items.count)] }

    mutating func step() throws {
        switch roll(10) {
        case 0...2: try change()
        case 3...5: try enter()
        case 6: try world.world.push(world.device, to: world.hq, answerLost: roll(3) == 0)
        default: try pull()
        }
    }

    /// Something at headquarters.
    private mutating func change() throws {
        switch roll(5) {
        case 0: machines.append(try world.machine(pick(scopes)))
        case 1: try world.move(pick(machines), to: pick(scopes))
        case 2: try world.edit(pick(machines), on: world.hq, .put("v\(roll(1_000))", at: tag("asset", "firmware")))
        default:
            let scope = pick(scopes)
            if held.remove(scope) != nil { try world.letGo(scope) } else { held.insert(scope); try world.hold(scope) }
        }
    }

    /// Something on the device: on what it shows, or new.
    private mutating func enter() throws {
        let text = "entered \(entered.count)"
        if roll(4) == 0 {
            try world.machine(pick(scopes), serial: text, on: world.device)
        } else {
            let shown = try machines.filter { id in try world.device.read { try $0.state(of: id) } != nil }
            if shown.isEmpty { return }
            try world.edit(pick(shown), on: world.device, .put(text, at: tag("asset", "notes")))
        }
        entered.insert(text)
    }

    private mutating func pull() throws {
        var changes = roll(4)
        // A copy: the closure must not hold this history.
        var history = self
        try world.pull(pageBytesMax: 200 + roll(1_500)) {
            if changes > 0 { try history.change() }
            changes -= 1
        }
        self = history
    }

    mutating func settle() throws {
        try world.world.push(world.device, to: world.hq)
        try world.pull()
        try world.pull()
        let (mine, due) = (try world.held(), try world.due())
        guard mine == due else { throw StoreFailure.integrity("holds \(mine.count), may hold \(due.count)") }
        try checkDigests()
        try checkEntered()
        let faults = try world.device.read { try $0.verify() }.faults
        guard faults.isEmpty else { throw StoreFailure.integrity("\(faults)") }
    }

    private func checkDigests() throws {
        let mine = try world.device.read { try $0.scopeSummaries() }
        let compared = try world.hq.read { try $0.compare(mine, for: world.holder) }
        guard compared.differing.isEmpty, compared.dropped.isEmpty else { throw StoreFailure.integrity("\(compared)") }
    }

    private func checkEntered() throws {
        var found: Set<String> = []
        for summary in try world.hq.read({ try $0.scopeSummaries() }) {
            for record in try world.hq.read({ try $0.hashes(in: IDRange(scope: summary.name)) }) {
                let state = try world.hq.read { try $0.state(of: record.id) }
                for field in ["notes", "serial"] {
                    for case .text(let text)? in state?[tag("asset", field)].siblings.map(\.value) ?? [] {
                        found.insert(text)
                    }
                }
            }
        }
        let lost = entered.subtracting(found)
        guard lost.isEmpty else { throw StoreFailure.integrity("lost: \(lost.sorted())") }
    }
}
