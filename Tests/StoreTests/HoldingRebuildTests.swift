import FieldModel
import GRDB
import SyncCore
import SyncStore
import Testing

@Suite("Holdings that are kept")
struct HoldingRebuildTests {
    let world: HoldingWorld

    init() throws { world = try HoldingWorld() }

    /// Things that happen, in an order that a seed decides.
    private func live(_ seed: UInt64, steps: Int) throws {
        let random = SeededWords(seed)
        func pick<T>(_ list: [T]) -> T { list[Int(random.next() % UInt64(list.count))] }
        let people = [world.wei, world.ann, world.office, world.manager, world.bob]
        let branches = [world.perth, world.cairns, world.world.headquarters]
        var accounts = [try world.account()]
        var sites = [try world.site(of: accounts[0])]
        var orders = [(id: try world.order(at: sites[0], [:]), site: sites[0])]
        var grants: [RecordID] = []
        for _ in 0..<steps {
            switch random.next() % 12 {
            case 0: accounts.append(try world.account(by: pick(people + branches)))
            case 1:
                sites.append(
                    try world.site(of: pick(accounts), branch: pick([.some(nil)] + branches), by: pick(people)))
            case 2:
                let site = pick(sites)
                orders.append((try world.order(at: site, ["assignees": .reference(pick(people))]), site))
            case 3:
                let order = pick(orders)
                try world.event(pick(["accepted", "finished", "cancelled"]), of: order.id, at: order.site)
            case 4:
                let edit: Edit = pick([.put(.reference(pick(people))), .remove(.reference(pick(people)))])
                try world.world.edit("work_order", pick(orders).id, on: world.hq, "assignees", edit)
            case 5:
                let order = pick(orders)
                try world.world.create(
                    "visit", on: world.hq, scope: "site/\(order.site)",
                    ["order": .reference(order.id), "technician": .reference(pick(people))])
            case 6: try world.world.set("user", pick(people), on: world.hq, ["branch": .reference(pick(branches))])
            case 7:
                let role = Value.text(pick(["dispatcher", "service_rep", "account_rep", "admin"]))
                try world.world.edit("user", pick(people), on: world.hq, "roles", pick([.put(role), .remove(role)]))
            case 8: try world.world.set("site", pick(sites), on: world.hq, ["branch": .reference(pick(branches))])
            case 9:
                let edit: Edit = pick([.put(.reference(pick(people))), .remove(.reference(pick(people)))])
                try world.world.edit("account", pick(accounts), on: world.hq, "team", edit)
                try world.world.create(
                    "note", on: world.hq, scope: "account/\(pick(accounts))#credit", ["text": "owes"])
            case 10:
                grants.append(
                    try world.grant(
                        "site/\(pick(sites))",
                        [
                            pick(["user", "branch"]): .reference(pick(people)),
                            "until": .instant(milliseconds: world.now + 9 * HoldingWorld.day, offsetMinutes: 0),
                        ]))
            default: try world.pass(days: Int64(random.next() % 20))
            }
        }
        if let grant = grants.first { try world.world.create("grant", on: world.hq, ["revokes": .reference(grant)]) }
    }

    @Test("are what they would be if they were computed anew, and go on from where they began", arguments: 1...6)
    func rebuilt(_ seed: Int) throws {
        try live(UInt64(seed), steps: 120)
        let kept = try world.tables(of: world.hq)
        try world.hq.write { try $0.rebuildProjections() }
        #expect(try world.tables(of: world.hq) == kept)
        #expect(kept.count > 50)
    }

    @Test("are mended when they are rebuilt")
    func mended() throws {
        try live(7, steps: 60)
        let kept = try world.tables(of: world.hq, history: false)
        let (path, environment) = (world.hq.path, world.hq.environment)
        try world.hq.close()
        try world.look(world.hq) { db in
            try db.execute(
                sql: """
                    DELETE FROM holding_source WHERE reason IN ('assigned', 'serves', 'own');
                    DELETE FROM holding WHERE scope % 3 = 0; DELETE FROM holding_due;
                    INSERT INTO holding (holder, scope, since) SELECT holder, 9999, 0 FROM holding LIMIT 1;
                    """)
        }
        let store = try Store(path: path, role: .hq, environment: environment, creating: false)
        try store.write { try $0.rebuildProjections() }
        #expect(try world.tables(of: store, history: false) == kept)
    }

    @Test("at a branch follow from what it has, whatever came first")
    func branch() throws {
        try live(3, steps: 80)
        // So that whoever asks gets what is restricted, too.
        try world.world.edit("user", world.world.person, on: world.hq, "roles", .put("account_rep"))
        let branch = try world.world.store(.branch, seed: 40)
        // One state a page, and every page joined as it comes.
        let page = try world.hq.read {
            try $0.page(for: world.world.person, after: nil, cursor: nil, bytesMax: 9_000_000)
        }
        for state in try #require(page).states.reversed() {
            try branch.write { try $0.absorb(encoded: [state]) }
        }
        #expect(try world.tables(of: branch, history: false) == world.tables(of: world.hq, history: false))
        let kept = try world.tables(of: branch)
        try branch.write { try $0.rebuildProjections() }
        #expect(try world.tables(of: branch) == kept)
    }

    @Test("are computed for a store from before there were any, where everybody held everything until now")
    func adopted() throws {
        let account = try world.account()
        let site = try world.site(of: account)
        _ = try world.order(at: site, ["assignees": .reference(world.bob)])
        let kept = try world.tables(of: world.hq, history: false)
        try world.reopenFromBefore()
        #expect(try world.tables(of: world.hq, history: false) == kept)
        let history = try world.tables(of: world.hq)
        // Who holds everything still goes on; who does not held it from the beginning until now.
        #expect(history.count { $0.contains(" * 0–") && !$0.hasSuffix("–") } == 5 + 3)
        #expect(history.contains { $0.hasSuffix(" site/\(site) 0–") })
        #expect(try world.hq.read { try $0.verify() }.faults == [])
    }
}
