import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("What an account amounts to")
struct QueryTotalsTests {
    let world: StoreWorld
    let hq: Store
    let account: RecordID

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
        account = try world.create("account", on: hq, ["name": "Iron Hill"])
    }

    private func totals() throws -> AccountTotals { try hq.read { try $0.accountTotals(account) } }

    @Test("is nothing without sites")
    func nothing() throws {
        #expect(try totals().branches.isEmpty)
        #expect(try totals().total == AccountTotals.Figures())
    }

    @Test("counts neither other accounts nor what was deleted")
    func others() throws {
        let other = try world.create("account", on: hq, ["name": "Copper Hill"])
        let site = try world.create("site", on: hq, ["account": .reference(other)])
        try world.create("work_order", on: hq, ["site": .reference(site)])
        let gone = try world.create("site", on: hq, ["account": .reference(account)])
        try world.create("asset", on: hq, ["site": .reference(gone)])
        try world.delete("site", gone, on: hq)
        let kept = try world.create("site", on: hq, ["account": .reference(account)])
        let order = try world.create("work_order", on: hq, ["site": .reference(kept)])
        let asset = try world.create("asset", on: hq, ["site": .reference(kept)])
        let visit = try world.create("visit", on: hq, ["order": .reference(order)])
        for (type, id) in [("work_order", order), ("asset", asset), ("visit", visit)] {
            try world.delete(type, id, on: hq)
        }
        #expect(try totals().total == AccountTotals.Figures(sites: 1))
    }

    @Test("is counted by the branch that serves the site, and in all")
    func branches() throws {
        let branch = try world.create("branch", on: hq, ["name": "Guangzhou"])
        let here = try world.create("site", on: hq, ["account": .reference(account), "branch": .reference(branch)])
        let there = try world.create("site", on: hq, ["account": .reference(account)])
        let asset = try world.create("asset", on: hq, ["site": .reference(here)])
        let repaired = try world.create("asset_event", on: hq, ["asset": .reference(asset), "kind": "repair_ended"])
        try world.create("asset_event", on: hq, ["asset": .reference(asset), "kind": "failed"])
        let order = try world.create(
            "work_order", on: hq, ["site": .reference(here), "cost": .money(minor: 18_305, currency: "AUD")])
        try world.create("work_event", on: hq, ["order": .reference(order), "kind": "closed"])
        try world.create("visit", on: hq, ["order": .reference(order)])
        try world.create("visit", on: hq, ["order": .reference(order)])
        try world.create(
            "work_order", on: hq, ["site": .reference(there), "cost": .money(minor: 700, currency: "CNY")])
        let totals = try totals()
        #expect(
            totals.branches[branch]
                == .init(
                    sites: 1, assets: 1, orders: ["closed": 1], visits: 2, repairs: 1, cost: ["AUD": 18_305]))
        #expect(totals.branches[nil] == .init(sites: 1, orders: ["created": 1], cost: ["CNY": 700]))
        #expect(
            totals.total
                == .init(
                    sites: 2, assets: 1, orders: ["closed": 1, "created": 1], visits: 2, repairs: 1,
                    cost: ["AUD": 18_305, "CNY": 700]))
        try world.delete("asset_event", repaired, on: hq)
        #expect(try self.totals().total.repairs == 0)
    }

    @Test("has each order once: at its site, else at its asset's, else at its request's, else without a branch")
    func placing() throws {
        let branch = try world.create("branch", on: hq, ["name": "Guangzhou"])
        let here = try world.create("site", on: hq, ["account": .reference(account), "branch": .reference(branch)])
        let there = try world.create("site", on: hq, ["account": .reference(account)])
        let asset = try world.create("asset", on: hq, ["site": .reference(here)])
        let spare = try world.create("asset", on: hq, ["serial": "P-7"])
        let placed = try world.create("request", on: hq, ["account": .reference(account), "site": .reference(here)])
        let unplaced = try world.create("request", on: hq, ["account": .reference(account)])
        for (values, branch) in [
            (["site": here, "asset": asset, "request": placed], branch), (["asset": asset, "request": placed], branch),
            (["request": placed], branch), (["asset": spare, "request": placed], branch), (["request": unplaced], nil),
            (["asset": spare, "request": unplaced], nil), (["site": there, "asset": asset], nil),
        ] as [([String: RecordID], RecordID?)] {
            let before = try totals()
            let edits = values.map { FieldEdit(tag: tag("work_order", $0.key), edit: .put(.reference($0.value))) }
            try world.commit(
                hq,
                [
                    LocalChange(
                        type: EntityTag.workOrder, record: hq.environment.newRecordID(), creates: true, edits: edits)
                ])
            let after = try totals()
            #expect(after.total.orders["created"] == (before.total.orders["created"] ?? 0) + 1, "\(values)")
            #expect(after.branches[branch]?.orders["created"] == (before.branches[branch]?.orders["created"] ?? 0) + 1)
        }
    }
}
