import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("Refused, and yet nothing is lost")
struct StoreRefusalTests {
    let world: StoreWorld
    let hq: Store
    let order: RecordID
    private static let (before, after): (Int64, Int64) = (1_780_000_000_000, 1_780_000_360_000)

    init() throws {
        world = try StoreWorld()
        hq = try world.hq(roles: ["technician"])
        order = try world.create("work_order", on: hq, ["window_start": Self.start(Self.before)])
    }

    private static func start(_ milliseconds: Int64) -> Value { .instant(milliseconds: milliseconds, offsetMinutes: 0) }

    private func plan(_ milliseconds: Int64, on store: Store) throws {
        try world.set("work_order", order, on: store, ["window_start": Self.start(milliseconds)])
    }

    private func shown(_ store: Store) throws -> ShownValue? {
        try store.read { try $0.record(order) }?.record["window_start"]
    }

    private func makeDispatcher(_ isOne: Bool) throws {
        try world.edit("user", world.person, on: hq, "roles", isOne ? .put("dispatcher") : .remove("dispatcher"))
    }

    /// Everybody hears of everything, twice: a verdict may take a round to come back.
    private func meet(_ device: Store, _ branch: Store) throws {
        for _ in 0..<2 {
            try world.push(branch, to: hq)
            try world.pull(branch, from: hq)
            try world.exchange(device, with: branch)
            try world.exchange(device, with: hq)
        }
    }

    private func demandAlike(_ stores: [Store], _ milliseconds: Int64) throws {
        for store in stores {
            #expect(try shown(store) == .one(Self.start(milliseconds)))
            #expect(try store.read { try $0.record(order) }?.concurrent.isEmpty == true)
            #expect(try store.read { try $0.rejected() }.isEmpty)
            #expect(try world.summaries(store) == world.summaries(hq))
        }
    }

    /// A branch that has not heard yet of a role that headquarters gave, or took, and a device that has.
    private func parties(branchRefuses: Bool) throws -> (branch: Store, device: Store) {
        try makeDispatcher(!branchRefuses)
        let branch = try world.store(.branch, seed: 4)
        try world.pull(branch, from: hq)
        try makeDispatcher(branchRefuses)
        return (branch, try world.device(of: hq, seed: 3))
    }

    @Test("Two nodes that judge apart end alike: accepted wins", arguments: [true, false], [true, false])
    func acceptedWins(branchRefuses: Bool, refusalFirst: Bool) throws {
        let (branch, device) = try parties(branchRefuses: branchRefuses)
        let (refusing, accepting) = branchRefuses ? (branch, hq) : (hq, branch)
        try plan(Self.after, on: device)
        for node in refusalFirst ? [refusing, accepting] : [accepting, refusing] {
            try world.push(device, to: node, answerLost: true)
        }
        #expect(try shown(refusing) == .one(Self.start(Self.before)))
        #expect(try shown(accepting) == .one(Self.start(Self.after)))
        try meet(device, branch)
        try demandAlike([hq, branch, device], Self.after)
        let replica = try #require(try device.read { try $0.deviceReplica() })
        for store in [hq, branch, device] {
            #expect(try store.read { try $0.summary(of: replica, from: 1) }.refusals.isEmpty)
        }
    }

    @Test(
        "A refusal that the author has heard of travels with the set: nobody judges it again", arguments: [true, false])
    func heard(branchRefuses: Bool) throws {
        let (branch, device) = try parties(branchRefuses: branchRefuses)
        try plan(Self.after, on: device)
        for node in branchRefuses ? [branch, hq] : [hq, branch] { try world.push(device, to: node) }
        #expect(try device.read { try $0.rejected() }.count == 1)
        try meet(device, branch)
        for store in [hq, branch, device] {
            #expect(try shown(store) == .one(Self.start(Self.before)))
            #expect(try world.summaries(store) == world.summaries(hq))
        }
    }

    @Test("What a refused write had overwritten stays overwritten by the write over it")
    func overwrittenByRefused() throws {
        try makeDispatcher(false)
        try world.set("work_order", order, on: hq, ["diagnosis": "as reported"])
        let device = try world.device(of: hq, seed: 3)
        try world.set(
            "work_order", order, on: device, ["window_start": Self.start(Self.after), "diagnosis": "a guess"])
        try world.set("work_order", order, on: device, ["diagnosis": "certain"])
        try world.exchange(device, with: hq)
        #expect(try device.read { try $0.rejected() }.count == 1)
        for store in [hq, device] {
            let record = try #require(try store.read { try $0.record(order) })
            #expect(record.record["diagnosis"] == .one("certain"))
            #expect(record.concurrent.isEmpty)
        }
    }

    /// Accepted at headquarters, of which nobody hears, and then refused at the branch.
    private func refusedAfterwards(_ device: Store, _ branch: Store) throws -> (rejected: RejectedView, write: Write) {
        try plan(Self.after, on: device)
        try world.push(device, to: hq, answerLost: true)
        try world.push(device, to: branch)
        let rejected = try #require(try device.read { try $0.rejected() }.first)
        return (rejected, try #require(rejected.set.changes[0].write))
    }

    @Test("An amendment of what turns out accepted elsewhere has the only effect")
    func amendedAndAccepted() throws {
        let (branch, device) = try parties(branchRefuses: true)
        let (rejected, write) = try refusedAfterwards(device, branch)
        let tag = tag("work_order", "window_start")
        let edit = FieldEdit(tag: tag, edit: .put(Self.start(Self.after + 1)))
        try world.commit(
            device,
            [LocalChange(type: EntityTag.workOrder, record: order, edits: [edit], amends: [tag: [write.dot]])])
        try device.write { _ = try $0.settle(rejected.rowid) }
        try world.push(device, to: hq)
        try meet(device, branch)
        try demandAlike([hq, branch, device], Self.after + 1)
    }

    @Test("What was discarded is overwritten where it turns out accepted, and all end alike")
    func discardedAndAccepted() throws {
        let (branch, device) = try parties(branchRefuses: true)
        let (rejected, write) = try refusedAfterwards(device, branch)
        let amends = Dictionary(uniqueKeysWithValues: write.fields.map { ($0.tag, [write.dot]) })
        try world.commit(
            device, [LocalChange(type: EntityTag.workOrder, record: order, edits: [], amends: amends)])
        try device.write { _ = try $0.settle(rejected.rowid) }
        try meet(device, branch)
        // The accepted write had overwritten the value before it, which is in the history.
        for store in [hq, branch, device] {
            #expect(try shown(store) == nil)
            #expect(try store.read { try $0.rejected() }.isEmpty)
            #expect(try world.summaries(store) == world.summaries(hq))
        }
    }

    @Test("A forged author is refused with what follows on what he made, and nobody shows it")
    func forged() throws {
        let device = try world.device(of: hq, seed: 3)
        let asset = try world.create("asset", on: device, ["serial": "EX-9"])
        try world.set("asset", asset, on: device, ["firmware": "2"])
        try world.set("asset", asset, on: device, ["firmware": "3"])
        try device.write { try $0.seal(measuredOffset: nil) }
        let replica = try #require(try device.read { try $0.deviceReplica() })
        let run = try world.run(of: device, replica: replica)
        let forged = IncomingRun(
            replica: replica, before: run.before, items: Array(run.items.prefix(1)), key: run.key,
            certificates: [], person: world.headquarters, base: nil, isRelayed: false)
        _ = try hq.write { try $0.receive(forged) }
        _ = try hq.write { try $0.receive(run) }
        let summary = try hq.read { try $0.summary(of: replica, from: 1) }
        #expect(
            summary.refusals.mapValues(\.code) == [
                1: "signature_mismatch", 2: "signature_mismatch", 3: "signature_mismatch",
            ])
        #expect(try hq.read { try $0.record(asset) } == nil)
    }
}
