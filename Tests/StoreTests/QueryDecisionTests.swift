import FieldModel
import GRDB
import SyncCore
import SyncStore
import Testing

@Suite("Late work becomes a decision")
struct QueryDecisionTests {
    let world: StoreWorld
    let hq: Store
    let device: Store
    let order: RecordID

    /// An order that was assigned and has come to the device.
    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
        order = try world.create("work_order", on: hq, ["number": "WO-1"])
        try world.happen("assigned", to: order, on: hq)
        device = try world.device(of: hq, seed: 3)
    }

    private func decisions(_ store: Store) throws -> [DecisionView] { try store.read { try $0.decisions() } }

    private func status(_ store: Store) throws -> ShownValue? {
        try store.read { try $0.record(order) }?.record["status"]
    }

    @Test("with both events and whose work it is, until the office, having seen both, closes the order")
    func cancelled() throws {
        try world.happen("started", to: order, on: device)
        let finished = try world.happen("finished", to: order, on: device)
        let cancelled = try world.happen("cancelled", to: order, on: hq)
        #expect(try decisions(hq).isEmpty)
        try world.exchange(device, with: hq)
        for store in [hq, device] {
            #expect(try status(store) == .one("needs_decision"))
            let decision = try #require(try decisions(store).first)
            #expect(decision.order.number == "WO-1" && decision.reason == .cancelledButDone)
            #expect(decision.responsibility.owner == .dispatcher)
            #expect(decision.clashes.map(\.flag.event) == [finished])
            #expect(decision.clashes.map(\.other.id) == [cancelled])
            #expect(decision.clashes.map(\.author) == [world.person])
            #expect(decision.clashes.map(\.authorName) == ["wang"])
            #expect(decision.clashes.map(\.otherName) == ["HQ"])
            #expect(try store.read { try $0.statusCounts() }.decisions == 1)
            #expect(
                try store.read { try $0.newestEvents(of: order, type: EntityTag.workOrder) }
                    == [finished, cancelled].sorted())
        }
        let closed = try world.happen("closed", to: order, on: hq)
        #expect(try status(hq) == .one("closed"))
        #expect(try hq.read { try $0.statusCounts() }.decisions == 0)
        #expect(try hq.read { try $0.newestEvents(of: order, type: EntityTag.workOrder) } == [closed])
        try world.exchange(device, with: hq)
        #expect(try decisions(device).isEmpty)
    }

    @Test(
        "whatever the office said meanwhile: nothing of it is refused",
        arguments: [
            ("reassigned", "accepted", OrderFlag.Reason.reassignedButAccepted), ("reassigned", "finished", .lateVisit),
            ("cancelled", "started", .cancelledButDone), ("closed", "finished", .lateEvent),
        ])
    func late(_ office: String, _ work: String, _ reason: OrderFlag.Reason) throws {
        try world.happen(work, to: order, on: device)
        try world.happen(office, to: order, on: hq)
        try world.exchange(device, with: hq)
        #expect(try device.read { try $0.rejected() }.isEmpty)
        for store in [hq, device] { #expect(try decisions(store).map(\.reason) == [reason]) }
        for kind in ["assigned", "closed"] { try world.happen(kind, to: order, on: hq) }
        #expect(try decisions(hq).isEmpty)
    }

    @Test("and stays as old as it is when more of the same kind comes")
    func since() throws {
        try world.happen("started", to: order, on: device)
        try world.happen("closed", to: order, on: hq)
        try world.exchange(device, with: hq)
        let first = try #require(try decisions(hq).first)
        #expect(first.clashes.count == 1)
        world.clock.advance(3_600_000)
        try world.happen("paused", to: order, on: device)
        try world.happen("left", to: order, on: device)
        try world.exchange(device, with: hq)
        let again = try #require(try decisions(hq).first)
        #expect(again.since == first.since && again.clashes.count == 3)
        try hq.write { try $0.rebuildProjections() }
        #expect(try decisions(hq).map(\.since) == [first.since])
    }

    @Test("Parts that no closing counted make the order closed (amended), and closing again counts them")
    func parts() throws {
        let visit = try world.create("visit", on: device, ["order": .reference(order)])
        let hose = try world.create("part_usage", on: device, ["visit": .reference(visit)])
        try world.happen("finished", to: order, visit: visit, on: device)
        try world.exchange(device, with: hq)
        #expect(try hq.read { try $0.partUses(of: order) }.map(\.id) == [hose])
        try world.happen("closed", to: order, on: hq, parts: [hose])
        #expect(try status(hq) == .one("closed"))
        let seal = try world.create("part_usage", on: device, ["visit": .reference(visit)])
        try world.exchange(device, with: hq)
        for store in [hq, device] {
            #expect(try status(store) == .one("closed_amended"))
            let decision = try #require(try decisions(store).first)
            #expect(decision.reason == .latePart)
            #expect(decision.clashes.compactMap(\.part?.id) == [seal])
            #expect(decision.clashes.map(\.authorName) == ["wang"])
        }
        try world.happen("closed", to: order, on: hq, parts: [hose, seal])
        #expect(try status(hq) == .one("closed"))
        #expect(try decisions(hq).isEmpty)
    }

    @Test("Parts of a visit that comes last, or leaves for another order, are noticed with the visit")
    func visitLast() throws {
        let visit = try world.create("visit", on: hq, [:])
        try world.create("part_usage", on: hq, ["visit": .reference(visit)])
        try world.happen("closed", to: order, on: hq)
        #expect(try status(hq) == .one("closed"))
        try world.set("visit", visit, on: hq, ["order": .reference(order)])
        #expect(try status(hq) == .one("closed_amended"))
        let other = try world.create("work_order", on: hq, ["number": "WO-2"])
        try world.set("visit", visit, on: hq, ["order": .reference(other)])
        #expect(try status(hq) == .one("closed"))
    }

    @Test("A closing of a refused set takes its decision back")
    func refused() throws {
        try world.happen("finished", to: order, on: device)
        try world.happen("closed", to: order, on: hq)
        try world.exchange(device, with: hq)
        #expect(try decisions(device).count == 1)
        for role in ["technician", "admin", "dispatcher", "service_rep"] {
            try world.edit("user", world.person, on: hq, "roles", .remove(.text(role)))
        }
        try world.happen("closed", to: order, on: device)
        #expect(try decisions(device).isEmpty)
        try world.exchange(device, with: hq)
        #expect(try device.read { try $0.rejected() }.count == 1)
        #expect(try decisions(device).count == 1)
    }

    @Test("A list that lacks one, or has one too many, is found by verify and mended")
    func verified() throws {
        try world.happen("finished", to: order, on: device)
        try world.happen("closed", to: order, on: hq)
        try world.exchange(device, with: hq)
        #expect(try hq.read { try $0.verify() }.faults == [])
        for damage in ["DELETE FROM decision", "UPDATE decision SET reason = 'late_part'"] {
            let queue = try DatabaseQueue(path: hq.path)
            try queue.write { try $0.execute(sql: damage) }
            try queue.close()
            let found = try hq.read { try $0.verify() }
            #expect(found.faults.count == 1, "\(damage)")
            try hq.write { _ = try $0.mend(found, by: []) }
            #expect(try decisions(hq).map(\.reason) == [.lateEvent])
        }
    }
}
