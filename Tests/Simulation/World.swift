import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire

/// HQ, branches and devices in one thread, on one clock, over real stores, with what happens to them.
final class World {
    let plan: Plan
    let template: Template
    let folder: String
    let clock: SimClock
    let ledger = Ledger()
    let laws: [any Law]
    /// By template number; copies of devices behind them.
    private(set) var machines: [Int: Machine] = [:]
    /// By the slots that steps name.
    private(set) var slots: [Int?]
    var records: [TrackedRecord]
    /// The files of machines as they once were, by machine.
    var backups: [Int: String] = [:]
    var backupsMade = 0
    /// Who does not get through to whom.
    var cuts: Set<Cut> = []
    /// Requests that arrive later than their senders waited.
    var late: [(request: HTTPRequest, to: Int)] = []
    /// Grants that were given and not revoked.
    var grants: [RecordID] = []
    var weather = Weather.calm
    /// What lines and disks draw from, in the step under way.
    var random: SimRandom
    /// Whether a step is under way inside another one.
    var isCrossed = false
    /// Who exchanges in the step under way.
    var exchanging: Set<Int> = []
    /// To whom something happened in the step under way.
    var touched: Set<Int> = []
    private var failure: (any Error)?
    private(set) var trace = Trace()

    /// A line that carries nothing one way.
    struct Cut: Hashable {
        let machine: Int
        let isUpwards: Bool
    }

    init(_ plan: Plan, _ template: Template, in folder: String, laws: [any Law]) throws {
        self.plan = plan
        self.template = template
        self.folder = folder
        self.laws = laws
        clock = SimClock(template.milliseconds)
        records = template.records
        random = SimRandom(plan.seed, part: 2)
        slots = plan.shape.machines + Array(repeating: nil, count: Shape.copiesMax)
        for number in plan.shape.machines {
            let place = "\(folder)/\(number)"
            try FileManager.default.copyItem(
                atPath: template.folder(of: number, isSealed: plan.isSealed), toPath: place)
            try add(number, template.charters[number], folder: place, chain: template.chains[number])
        }
        try noteBeginning()
    }

    @discardableResult
    private func add(
        _ number: Int, _ charter: Machine.Charter, folder: String, chain: [WireSignedCertificate]
    ) throws -> Machine {
        let machine = Machine(
            number, charter, folder: folder, chain: chain, root: template.root, clock: clock, seed: plan.seed,
            pageBytesMax: plan.weather.pageBytesMax,
            keys: plan.isSealed && charter.role == .device ? Template.keys : nil)
        machines[number] = machine
        try start(machine)
        return machine
    }

    func start(_ machine: Machine) throws {
        try machine.start(transport: machine.charter.home == nil ? nil : SimLine(machine, self))
    }

    var headquarters: Machine {
        guard let machine = machines[0] else { preconditionFailure("there is always a headquarters") }
        return machine
    }

    /// In the order of their numbers.
    var all: [Machine] { machines.keys.sorted().compactMap { machines[$0] } }
    var devices: [Machine] { all.filter { $0.role == .device } }
    var branches: [Machine] { all.filter { $0.role == .branch } }

    /// A machine with the same files as another.
    func copy(_ machine: Machine) throws {
        guard let slot = slots.firstIndex(of: nil) else { return }
        let number = 100 + slot
        let place = "\(folder)/\(number)"
        try machine.stop()
        // It is there when the disk failed just behind an earlier copy.
        if FileManager.default.fileExists(atPath: place) { try FileManager.default.removeItem(atPath: place) }
        try FileManager.default.copyItem(atPath: machine.folder, toPath: place)
        try start(machine)
        slots[slot] = number
        let copy = try add(number, machine.charter, folder: place, chain: machine.chain)
        copy.above = machine.above
        copy.standing = machine.standing
        (copy.standing.isCopied, machine.standing.isCopied) = (true, true)
        ledger.note(copy: number, of: machine.number)
    }

    /// What the template's records hold.
    private func noteBeginning() throws {
        guard let store = headquarters.store else { return }
        try store.read { access in
            for record in self.records {
                guard let state = try access.state(of: record) else { continue }
                let writes = state.fields.filter { Fields.isTracked($0.tag, of: record.entity) }.flatMap { field in
                    field.state.siblings.map { sibling in
                        Ledger.Draft(
                            place: Place(record: record.id, tag: field.tag),
                            kind: Fields.kind(field.tag, of: record.entity), value: sibling.value, seen: [])
                    }
                }
                self.ledger.note(writes, mark: self.ledger.newMark(), by: nil, dots: [])
            }
        }
    }

    /// What went wrong where it cannot be thrown.
    func fail(_ error: any Error) { failure = failure ?? error }

    func throwFailure() throws {
        if let failure { throw failure }
    }

    func note(_ words: String) { trace.add("\(clock.milliseconds - template.milliseconds) \(words)") }

    func machine(in slot: Int) -> Machine? { slots[slot].flatMap { machines[$0] } }

    /// Lets the laws look at everybody to whom something happened, and at the nodes above.
    func watchTouched() throws {
        touched.formUnion(touched.compactMap { machines[$0]?.above })
        for machine in all where machine.isUp && touched.contains(machine.number) {
            for law in laws { try law.watch(machine, in: self) }
        }
        touched = []
    }
}

/// What happened, line by line, and a number that two runs share when they are the same.
struct Trace {
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var lines: [String] = []

    mutating func add(_ line: String) {
        lines.append(line)
        for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
}
