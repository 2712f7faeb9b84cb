import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("Derived fields")
struct QueryProjectionTests {
    let world: StoreWorld
    let hq: Store
    let device: Store

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
        device = try world.device(of: hq, seed: 3)
    }

    private func derived(_ id: RecordID, _ field: String = "status", on store: Store? = nil) throws -> Value? {
        guard case .one(let value)? = try (store ?? hq).read({ try $0.record(id) })?.record[field] else { return nil }
        return value
    }

    @Test("change neither position nor hash of the record: nothing travels for them")
    func local() throws {
        let order = try world.create("work_order", on: hq, ["type": "repair"])
        try world.pull(device, from: hq)
        try world.happen("cancelled", to: order, on: hq)
        #expect(try derived(order) == "cancelled")
        #expect(try world.pull(device, from: hq) == 1)
        #expect(try world.summaries(device) == world.summaries(hq))
        #expect(try derived(order, on: device) == "cancelled")
    }

    @Test("of an order, its visit and its request follow the events")
    func order() throws {
        let request = try world.create("request", on: hq, ["description": "no oil pressure"])
        #expect(try derived(request) == "received")
        let order = try world.create("work_order", on: hq, ["request": .reference(request)])
        #expect(try derived(order) == "created")
        #expect(try derived(request) == "dispatched")
        let visit = try world.create("visit", on: hq, ["order": .reference(order)])
        #expect(try derived(visit) == "planned")
        try world.happen("accepted", to: order, visit: visit, on: hq)
        try world.happen("started", to: order, visit: visit, on: hq)
        #expect(try [derived(order), derived(visit), derived(request)] == Array(repeating: "in_progress", count: 3))
        try world.happen("finished", to: order, visit: visit, on: hq)
        #expect(try [derived(order), derived(visit), derived(request)] == ["finished", "finished", "solved"])
        try world.set(
            "request", request, on: hq, ["customer_informed_at": .instant(milliseconds: 0, offsetMinutes: 0)])
        #expect(try derived(request) == "closed")
        let open = try hq.read {
            try $0.list(
                EntityTag.workOrder, matching: [FieldMatch(tag: tag("work_order", "status"), value: "finished")],
                limit: 9)
        }
        #expect(open.items.map(\.id) == [order])
    }

    @Test("of an asset follow its events")
    func asset() throws {
        let excavator = try world.create("asset", on: hq, ["serial": "EX-1"])
        let pump = try world.create("asset", on: hq, ["serial": "P-7"])
        #expect(try derived(pump, "condition") == "new")
        let noon: Value = .instant(milliseconds: 1_780_000_000_000, offsetMinutes: 480)
        let installed = try world.create(
            "asset_event", on: hq, ["asset": .reference(pump), "kind": "installed", "occurred_at": noon])
        try world.create(
            "asset_event", on: hq,
            [
                "asset": .reference(pump), "kind": "attached", "other": .reference(excavator),
                "after": .reference(installed),
            ])
        #expect(try derived(pump, "condition") == "in_use")
        #expect(try derived(pump, "installed_at") == noon)
        #expect(try derived(pump, "installed_by") == .reference(world.headquarters))
        #expect(try derived(pump, "parent") == .reference(excavator))
        #expect(try derived(excavator, "parent") == nil)
    }

    @Test("of an account follow its sites, what is there, and its deletion")
    func account() throws {
        let account = try world.create("account", on: hq, ["name": "Iron Hill"])
        #expect(try derived(account) == "prospect")
        let site = try world.create("site", on: hq, ["account": .reference(account)])
        #expect(try derived(account) == "pending")
        let asset = try world.create("asset", on: hq, ["site": .reference(site)])
        #expect(try derived(account) == "active")
        try world.delete("asset", asset, on: hq)
        #expect(try derived(account) == "pending")
        try world.create("request", on: hq, ["account": .reference(account)])
        #expect(try derived(account) == "active")
        try world.delete("account", account, on: hq)
        #expect(try derived(account) == "archived")
    }

    @Test("of an account that something was moved away from follow too")
    func moved() throws {
        let accounts = try (0..<2).map { _ in try world.create("account", on: hq, ["name": "Iron Hill"]) }
        let sites = try accounts.map { try world.create("site", on: hq, ["account": .reference($0)]) }
        let asset = try world.create("asset", on: hq, ["site": .reference(sites[0])])
        #expect(try accounts.map { try derived($0) } == ["active", "pending"])
        try world.set("asset", asset, on: hq, ["site": .reference(sites[1])])
        #expect(try accounts.map { try derived($0) } == ["pending", "active"])
    }

    @Test("go back when an own set is refused")
    func refused() throws {
        let order = try world.create("work_order", on: hq, ["type": "repair"])
        try world.pull(device, from: hq)
        try world.happen("finished", to: order, on: device)
        #expect(try derived(order, on: device) == "finished")
        try world.edit("user", world.person, on: hq, "roles", .remove("technician"))
        for role in ["admin", "dispatcher", "service_rep"] {
            try world.edit("user", world.person, on: hq, "roles", .remove(.text(role)))
        }
        try world.exchange(device, with: hq)
        #expect(try device.read { try $0.rejected() }.count == 1)
        #expect(try derived(order, on: device) == "created")
    }

    @Test("of many orders that come in one transaction are all there")
    func many() throws {
        let changes = (0..<500).flatMap { _ -> [LocalChange] in
            let order = hq.environment.newRecordID()
            let event = hq.environment.newRecordID()
            return [
                LocalChange(type: EntityTag.workOrder, record: order, creates: true, edits: [.put("org", at: .scope)]),
                LocalChange(
                    type: EntityTag.workEvent, record: event, creates: true,
                    edits: [
                        .put("org", at: .scope), .put("closed", at: tag("work_event", "kind")),
                        FieldEdit(tag: tag("work_event", "order"), edit: .put(.reference(order))),
                    ]),
            ]
        }
        try world.commit(hq, changes)
        let closed = FieldMatch(tag: tag("work_order", "status"), value: "closed")
        #expect(try hq.read { try $0.list(EntityTag.workOrder, matching: [closed], limit: 1_000) }.items.count == 500)
    }

    @Test("say which of a person's orders are in a state")
    func ordersOfPerson() throws {
        let other = RecordID(high: 0x0190_0000_0000_7009, low: 0x8000_0000_0000_0009)
        let (mine, theirs) = (Value.reference(world.person), Value.reference(other))
        let first = try world.create("work_order", on: hq, ["type": "repair", "assignees": mine])
        let shared = try world.create("work_order", on: hq, ["assignees": theirs, "assignees": mine])
        try world.create("work_order", on: hq, ["assignees": theirs])
        let gone = try world.create("work_order", on: hq, ["assignees": mine])
        func orders(_ statuses: [OrderStatus]) throws -> [RecordID] {
            try hq.read { try $0.orders(of: world.person, in: statuses) }.map(\.id)
        }
        let open = OrderStatus.allCases.filter { !$0.isOver }
        #expect(try orders(open) == [gone, shared, first])
        try world.happen("cancelled", to: first, on: hq)
        try world.delete("work_order", gone, on: hq)
        #expect(try orders(open) == [shared])
        #expect(try orders([.cancelled]) == [first])
        try world.edit("work_order", shared, on: hq, "assignees", .remove(mine))
        #expect(try orders(open).isEmpty)
        #expect(try orders(OrderStatus.allCases) == [first])
    }
}
