import FieldModel
import Foundation
import GRDB
import SyncCore
import SyncStore
import Testing

@Suite("Who holds what")
struct HoldingTests {
    let world: HoldingWorld

    init() throws { world = try HoldingWorld() }

    @Test(
        "catalog and org are everybody's, and an office of headquarters holds everything but what its roles do not open"
    )
    func everything() throws {
        let stranger = RecordID(high: 1, low: 1)
        for scope in ["catalog", "org"] { #expect(try world.holds(stranger, scope)) }
        let boss = world.world.person
        #expect(try world.holds(boss, "site/\(stranger)") && world.holds(boss, "branch/\(world.perth)"))
        #expect(try !world.holds(boss, "account/\(stranger)#credit"))
        #expect(try !world.holds(stranger, "org/\(world.perth)"))
        #expect(try world.held(world.world.headquarters) == [])
        try world.world.edit("user", boss, on: world.hq, "roles", .put("account_hq"))
        #expect(try world.holds(boss, "account/\(stranger)#credit"))
        #expect(try !world.holds(boss, "account/\(stranger)#planet"))
        for role in ["admin", "dispatcher", "service_rep", "account_hq"] {
            try world.world.edit("user", boss, on: world.hq, "roles", .remove(.text(role)))
        }
        #expect(try world.held(boss) == [])
    }

    @Test(
        "a branch holds its own scopes and those of its people; they hold theirs, and who looks after people those of all"
    )
    func people() throws {
        let (perth, wei, manager) = (world.perth, world.wei, world.manager)
        let people = [wei, world.ann, world.office, manager]
        #expect(
            try world.held(perth)
                == (["branch/\(perth)", "org/\(perth)"] + people.flatMap { ["user/\($0)", "van/\($0)"] }).sorted())
        #expect(try world.held(wei) == [] && world.holds(wei, "user/\(wei)") && world.holds(wei, "van/\(wei)"))
        #expect(try world.held(world.office) == ["branch/\(perth)"])
        let others = people.filter { $0 != manager }.map { "user/\($0)" }
        #expect(try world.held(manager) == (["branch/\(perth)", "org/\(perth)"] + others).sorted())
        try world.world.edit("user", world.office, on: world.hq, "roles", .put("dispatcher"))
        #expect(try world.holds(world.office, "user/\(wei)") && world.holds(world.office, "org/\(perth)"))
        try world.world.edit("user", world.office, on: world.hq, "roles", .remove("dispatcher"))
        #expect(try world.held(world.office) == ["branch/\(perth)"])
    }

    @Test("a site and its account are held by the branch that serves it, or whose person made it, and by its office")
    func sites() throws {
        let account = try world.account()
        let site = try world.site(of: account)
        let both = ["account/\(account)", "site/\(site)"]
        func visible(_ holder: RecordID) throws -> [String] { try world.held(holder).filter(both.contains) }
        #expect(try visible(world.perth) == both && visible(world.office) == both && visible(world.manager) == both)
        #expect(try visible(world.wei) == [] && visible(world.cairns) == [])
        try world.world.set("site", site, on: world.hq, ["branch": .reference(world.cairns)])
        #expect(try visible(world.cairns) == both && visible(world.perth) == [] && visible(world.office) == [])
        try world.world.set("site", site, on: world.hq, ["branch": .reference(world.world.headquarters)])
        #expect(try visible(world.cairns) == [] && visible(world.perth) == [])

        let found = try world.site(of: account, branch: .some(nil), by: world.office)
        let mine = try world.account(by: world.cairns)
        #expect(try world.holds(world.perth, "site/\(found)") && world.holds(world.office, "site/\(found)"))
        #expect(try world.holds(world.cairns, "account/\(mine)") && !world.holds(world.perth, "account/\(mine)"))
        #expect(try !world.holds(world.perth, "site/\(world.site(of: account, branch: .some(nil)))"))
        // Whose a site is follows from where its maker is now.
        try world.world.set("user", world.office, on: world.hq, ["branch": .reference(world.cairns)])
        #expect(try world.holds(world.cairns, "site/\(found)") && !world.holds(world.perth, "site/\(found)"))
        #expect(try world.holds(world.office, "account/\(mine)") && !world.holds(world.office, "branch/\(world.perth)"))
    }

    @Test("an account's steward and team hold it, and their branches do")
    func teams() throws {
        let account = try world.account(["steward": .reference(world.bob), "team": .reference(world.wei)])
        let scope = "account/\(account)"
        for holder in [world.bob, world.cairns, world.wei, world.perth] { #expect(try world.holds(holder, scope)) }
        #expect(try !world.holds(world.office, scope))
        try world.world.edit("account", account, on: world.hq, "team", .remove(.reference(world.wei)))
        try world.world.set("account", account, on: world.hq, ["steward": .reference(world.ann)])
        for holder in [world.bob, world.cairns, world.wei] { #expect(try !world.holds(holder, scope)) }
        #expect(try world.holds(world.ann, scope) && world.holds(world.perth, scope))
        try world.world.set("user", world.ann, on: world.hq, ["active": .bool(false)])
        #expect(try !world.holds(world.ann, scope) && !world.holds(world.perth, scope))
        #expect(try world.held(world.ann) == [] && !world.holds(world.ann, "user/\(world.ann)"))
        #expect(try world.holds(world.perth, "user/\(world.ann)"))
    }

    @Test(
        "an order opens its site and account to whoever it names, from 14 days before its window to 30 days after it is over"
    )
    func orders() throws {
        let account = try world.account()
        let site = try world.site(of: account, branch: world.cairns)
        let both = ["account/\(account)", "site/\(site)"]
        let start = world.now + 20 * HoldingWorld.day
        let order = try world.order(
            at: site,
            ["assignees": .reference(world.wei), "window_start": .instant(milliseconds: start, offsetMinutes: 0)])
        #expect(try world.held(world.wei) == [])
        try world.pass(days: 5)
        #expect(try world.held(world.wei) == [])
        try world.pass(days: 1)
        #expect(try world.held(world.wei) == both && both.allSatisfy { try world.holds(world.perth, $0) })
        try world.event("finished", of: order, at: site)
        try world.pass(days: 29)
        #expect(try world.held(world.wei) == both)
        try world.pass(days: 1)
        #expect(try world.held(world.wei) == [] && !world.holds(world.perth, "site/\(site)"))
        // What was over is open again, and over again: by the last event.
        let reopened = try world.order(at: site, ["assignees": .reference(world.wei)])
        try world.event("cancelled", of: reopened, at: site, age: 40 * HoldingWorld.day)
        #expect(try world.held(world.wei) == both)
    }

    @Test("who has a visit holds what the assignee does; whoever is taken off, or whose order is gone, does no more")
    func visits() throws {
        let account = try world.account()
        let site = try world.site(of: account, branch: world.cairns)
        let order = try world.order(at: site, ["assignees": .reference(world.wei)])
        let visit = try world.world.create(
            "visit", on: world.hq, scope: "site/\(site)",
            ["order": .reference(order), "technician": .reference(world.ann)])
        #expect(try world.holds(world.ann, "site/\(site)") && world.holds(world.wei, "site/\(site)"))
        try world.world.edit("work_order", order, on: world.hq, "assignees", .remove(.reference(world.wei)))
        #expect(try world.held(world.wei) == [] && world.holds(world.ann, "account/\(account)"))
        try world.world.delete("visit", visit, on: world.hq)
        #expect(try world.held(world.ann) == [] && !world.holds(world.perth, "site/\(site)"))
        // An order that is over since it was made, and that long ago.
        try world.world.edit("work_order", order, on: world.hq, "assignees", .put(.reference(world.wei)))
        try world.pass(days: 31)
        #expect(try world.held(world.wei) != [])
        try world.world.delete("work_order", order, on: world.hq)
        #expect(try world.held(world.wei) == [])
    }

    @Test("an order follows its person to another branch, and its site to another account")
    func follows() throws {
        let account = try world.account()
        let site = try world.site(of: account, branch: world.world.headquarters)
        let order = try world.order(at: site, ["assignees": .reference(world.bob)])
        #expect(try world.holds(world.cairns, "site/\(site)"))
        try world.world.set("user", world.bob, on: world.hq, ["branch": .reference(world.perth)])
        #expect(try !world.holds(world.cairns, "site/\(site)") && world.holds(world.perth, "account/\(account)"))
        let other = try world.site(of: account, branch: world.world.headquarters)
        try world.world.edit("work_order", order, on: world.hq, "sub_state", .put("waiting"))
        let change = LocalChange(
            type: EntityTag.workOrder, record: order, edits: [.put("site/\(other)", at: .scope)])
        try world.world.commit(world.hq, [change])
        #expect(try world.held(world.bob) == ["account/\(account)", "site/\(other)"])
        // Nobody comes by a restricted part through an order.
        let secret = LocalChange(
            type: EntityTag.workOrder, record: order, edits: [.put("account/\(account)#credit", at: .scope)])
        try world.world.commit(world.hq, [secret])
        #expect(try world.held(world.bob) == [])
    }

    @Test("a grant opens one scope to a person and his branch, or to a branch, while it runs and is not revoked")
    func grants() throws {
        let site = try world.site(of: world.account(), branch: world.cairns)
        let scope = "site/\(site)"
        func instant(_ days: Int64) -> Value {
            .instant(milliseconds: world.now + days * HoldingWorld.day, offsetMinutes: 0)
        }
        _ = try world.grant(scope, ["user": .reference(world.wei), "from": instant(1), "until": instant(3)])
        #expect(try world.held(world.wei) == [])
        try world.pass(days: 2)
        #expect(try world.held(world.wei) == [scope] && world.holds(world.perth, scope))
        #expect(try !world.holds(world.office, scope))
        try world.pass(days: 1)
        #expect(try world.held(world.wei) == [] && !world.holds(world.perth, scope))

        let lasting = try world.grant(scope, ["branch": .reference(world.perth)])
        #expect(try world.holds(world.perth, scope) && !world.holds(world.wei, scope))
        _ = try world.world.create("grant", on: world.hq, ["revokes": .reference(lasting)])
        #expect(try !world.holds(world.perth, scope))
        for nonsense in ["*", "org", "catalog", "site/1", "everything"] {
            _ = try world.grant(nonsense, ["user": .reference(world.wei)])
        }
        #expect(try world.held(world.wei) == [])
    }

    @Test(
        "a restricted part goes with its root to the roles that may see it, whichever came first, never to a technician"
    )
    func parts() throws {
        let account = try world.account(["team": .reference(world.wei)])
        _ = try world.site(of: account)
        let credit = "account/\(account)#credit"
        try world.world.create("note", on: world.hq, scope: credit, ["text": "owes"])
        #expect(try world.holds(world.perth, credit))
        for person in [world.wei, world.office, world.manager] { #expect(try !world.holds(person, credit)) }
        try world.world.edit("user", world.office, on: world.hq, "roles", .put("account_rep"))
        #expect(try world.holds(world.office, credit))
        try world.world.edit("user", world.wei, on: world.hq, "roles", .put("account_rep"))
        #expect(try world.holds(world.wei, credit))
        try world.world.edit("user", world.wei, on: world.hq, "roles", .remove("account_rep"))
        #expect(try !world.holds(world.wei, credit) && world.holds(world.wei, "account/\(account)"))
    }

    @Test("an office of headquarters holds of all restricted parts those that its roles open, as they change")
    func partsOfEverything() throws {
        let credit = "account/\(try world.account())#credit"
        let clerk = try world.world.create("user", on: world.hq, ["login": "clerk", "roles": "service_rep"])
        #expect(try world.held(clerk) == [Holding.every] && !world.holds(clerk, credit))
        try world.world.edit("user", clerk, on: world.hq, "roles", .put("auditor"))
        #expect(try world.held(clerk) == ["*", "*#commercial", "*#complaint", "*#credit", "*#hr"])
        #expect(try world.holds(clerk, credit) && !world.holds(clerk, "account/x#personal"))
        try world.world.edit("user", clerk, on: world.hq, "roles", .remove("auditor"))
        #expect(try world.held(clerk) == [Holding.every] && !world.holds(clerk, credit))
    }

    @Test("what is lost and gained in one transaction was never away; what is lost ends at a position of its own")
    func history() throws {
        let site = try world.site(of: world.account())
        func mentions() throws -> [String] {
            try world.look(world.hq) { db in
                try String.fetchAll(
                    db,
                    sql: """
                        SELECT (since <= (SELECT max(position) FROM position)) || ' ' || (until IS NOT NULL) FROM holding
                        JOIN scope ON scope.local = scope JOIN author ON author.local = holder
                        WHERE name = ? AND id = ? ORDER BY since
                        """, arguments: ["site/\(site)", Data(world.perth.bytes)])
            }
        }
        #expect(try mentions() == ["1 0"])
        func give(_ branch: RecordID, _ access: WriteAccess) throws {
            let edit = FieldEdit(tag: tag("site", "branch"), edit: .put(.reference(branch)))
            try access.commit(
                [LocalChange(type: EntityTag.site, record: site, edits: [edit])], author: world.world.headquarters)
        }
        try world.hq.write { access in
            try give(self.world.cairns, access)
            try give(self.world.perth, access)
        }
        #expect(try mentions() == ["1 0"])
        try world.hq.write { try give(self.world.cairns, $0) }
        #expect(try mentions() == ["1 1"])
        try world.hq.write { try give(self.world.perth, $0) }
        #expect(try mentions() == ["1 1", "1 0"])
    }
}
