import FieldModel
import Foundation
import GRDB
import SyncCore
import SyncStore
import SyncWire
import Testing

@Suite("A node that judges where people write")
struct HoldingJudgeTests {
    let world: HoldingWorld
    private let tablet: Store

    init() throws {
        world = try HoldingWorld()
        tablet = try world.world.store(.device, seed: 77)
    }

    private struct Draft {
        let type: String
        let id: RecordID
        let scope: String?
        let values: [(String, Value)]
    }

    private func note(_ scope: String, _ id: RecordID? = nil) -> Draft {
        Draft(
            type: "note", id: id ?? tablet.environment.newRecordID(), scope: scope,
            values: [("text", "seen"), ("subject", .reference(world.perth))])
    }

    /// Writes one set as a person. A draft without a scope edits.
    private func write(_ drafts: [Draft], by author: RecordID) throws {
        let changes = drafts.map { draft in
            LocalChange(
                type: typeTag(draft.type), record: draft.id, creates: draft.scope != nil,
                edits: (draft.scope.map { [.put($0, at: .scope)] } ?? [])
                    + draft.values.map { FieldEdit(tag: tag(draft.type, $0.0), edit: .put($0.1)) })
        }
        try tablet.write { try $0.commit(changes, author: author) }
    }

    /// Of the sets that were written, by their numbers, what became of them.
    private func pushed(to node: Store? = nil) throws -> (refused: [UInt64: String], undecided: [UInt64]) {
        guard case .accepted(let summary)? = try world.world.push(tablet, to: node ?? world.hq).first else {
            Issue.record("the run is accepted")
            return ([:], [])
        }
        return (summary.refusals.mapValues(\.code), summary.undecided)
    }

    @Test("takes what lies in scopes that the author holds, and refuses what does not, with a sentence of what to do")
    func within() throws {
        let (mine, other) = (try world.site(of: world.account()), try world.site(of: world.account()))
        _ = try world.order(at: mine, ["assignees": .reference(world.wei)])
        let kept = note("site/\(mine)")
        for scope in [
            "site/\(mine)", "site/\(other)", "branch/\(world.perth)", "branch/\(world.cairns)", "org",
            "user/\(world.wei)",
        ] {
            try write([note(scope)], by: world.wei)
        }
        try write([kept], by: world.wei)
        try write([note("account/\(world.perth)")], by: world.wei)
        let outcome = try pushed()
        #expect(outcome.refused == [2: "scope_denied", 4: "scope_denied", 8: "scope_denied"])
        let refusals = try world.hq.read { try $0.summary(of: $0.chains()[1].replica, from: 1).refusals }
        let reason = try #require(refusals[2])
        #expect(reason.messageEN.contains("Ask the office") && reason.messageZH.contains("请联系办公室"))
    }

    @Test("judges a set by what the sets before it in the run have opened")
    func run() throws {
        let site = try world.site(of: world.account())
        let order = Draft(
            type: "work_order", id: tablet.environment.newRecordID(), scope: "site/\(site)",
            values: [("type", "repair"), ("assignees", .reference(world.wei))])
        try write([note("site/\(site)")], by: world.wei)
        try write([order], by: world.manager)
        try write([note("site/\(site)")], by: world.wei)
        #expect(try pushed().refused == [1: "scope_denied"])
        #expect(try world.holds(world.wei, "site/\(site)"))
    }

    @Test("takes work that comes late for as long as the lease is, and not a day longer")
    func late() throws {
        let site = try world.site(of: world.account())
        let order = try world.order(at: site, ["assignees": .reference(world.wei)])
        try world.pass(days: 100)
        try world.event("finished", of: order, at: site)
        try world.pass(days: 31)
        #expect(try world.held(world.wei) == [])
        try write([note("site/\(site)")], by: world.wei)
        #expect(try pushed().refused == [:])
        try world.pass(days: Limits.leaseDays)
        try write([note("site/\(site)")], by: world.wei)
        #expect(try pushed().refused == [2: "scope_denied"])
    }

    @Test(
        "lets somebody make a site and an account and write in them at once, but not bring in an account that is not his"
    )
    func roots() throws {
        func draft(_ type: String, _ values: [(String, Value)] = []) -> Draft {
            let id = tablet.environment.newRecordID()
            return Draft(type: type, id: id, scope: "\(type)/\(id)", values: values)
        }
        let account = draft("account", [("name", "Northern Mines")])
        let site = draft("site", [("account", .reference(account.id))])
        try write([site, account, note("account/\(account.id)")], by: world.office)
        try write([Draft(type: "site", id: site.id, scope: nil, values: [("name", "Pit 4")])], by: world.office)
        let foreign = try world.account()
        try write([draft("site", [("account", .reference(foreign))])], by: world.office)
        // What is here already is made by nobody again.
        let there = try world.site(of: foreign, branch: world.cairns)
        try write(
            [Draft(type: "site", id: there, scope: "site/\(there)", values: []), note("site/\(there)")],
            by: world.office)
        #expect(try pushed().refused == [3: "scope_denied", 4: "scope_denied"])
    }

    @Test("lets nobody move a record out of what he holds or into what he does not, delete it there, or edit it unseen")
    func moves() throws {
        let (mine, other) = (
            try world.site(of: world.account()), try world.site(of: world.account(), branch: world.cairns)
        )
        let order = try world.order(at: mine, ["type": "repair"])
        let theirs = try world.order(at: other, ["type": "repair"])
        try world.world.pull(tablet, from: world.hq)
        func move(_ record: RecordID, to site: RecordID) throws {
            let edits = [
                .put("site/\(site)", at: .scope),
                FieldEdit(tag: tag("work_order", "site"), edit: .put(.reference(site))),
            ]
            let change = LocalChange(type: EntityTag.workOrder, record: record, edits: edits)
            try tablet.write { try $0.commit([change], author: self.world.manager) }
        }
        try move(order, to: other)
        try move(theirs, to: mine)
        try write([Draft(type: "work_order", id: theirs, scope: nil, values: [("type", "inspect")])], by: world.manager)
        try write([Draft(type: "work_order", id: order, scope: nil, values: [("type", "inspect")])], by: world.manager)
        #expect(try pushed().refused == [1: "scope_denied", 2: "scope_denied", 3: "scope_denied"])
    }

    @Test("lets nobody give to others, or to himself, what he does not hold")
    func demands() throws {
        let (mine, other) = (
            try world.site(of: world.account()), try world.site(of: world.account(), branch: world.cairns)
        )
        func grant(_ opens: RecordID, to person: RecordID, in scope: RecordID? = nil) -> Draft {
            Draft(
                type: "grant", id: tablet.environment.newRecordID(), scope: "user/\(scope ?? person)",
                values: [("opens", .text("site/\(opens)")), ("user", .reference(person))])
        }
        let lasting = grant(mine, to: world.wei)
        try write([lasting], by: world.manager)
        try write([grant(other, to: world.wei)], by: world.manager)
        try write([grant(mine, to: world.bob, in: world.wei)], by: world.manager)
        try write([grant(mine, to: world.wei)], by: world.office)
        #expect(try pushed().refused == [2: "scope_denied", 3: "scope_denied", 4: "field_forbidden"])
        #expect(try world.holds(world.wei, "site/\(mine)"))
        try world.world.edit("user", world.manager, on: world.hq, "roles", .put("admin"))
        try world.world.pull(tablet, from: world.hq)
        func revoke(_ grant: RecordID) -> Draft {
            Draft(
                type: "grant", id: tablet.environment.newRecordID(), scope: "user/\(world.wei)",
                values: [("revokes", .reference(grant))])
        }
        try write([revoke(lasting.id)], by: world.manager)
        for branch in [world.cairns, world.world.headquarters] {
            try write(
                [Draft(type: "user", id: world.wei, scope: nil, values: [("branch", .reference(branch))])],
                by: world.manager)
        }
        #expect(try pushed().refused.keys.sorted() == [2, 3, 4, 6, 7])
        #expect(try !world.holds(world.wei, "site/\(mine)"))
    }

    @Test("at a branch leaves to headquarters what lies where it has nothing, and refuses what it can tell")
    func branch() throws {
        let (mine, other) = (try world.site(of: world.account()), try world.site(of: world.account()))
        _ = try world.order(at: mine, ["assignees": .reference(world.wei)])
        let branch = try world.world.store(.branch, seed: 9)
        try world.world.pull(branch, from: world.hq)
        // Neither the site nor the grant has come to the branch yet.
        let far = try world.site(of: world.account(), branch: world.cairns)
        _ = try world.grant("site/\(far)", ["user": .reference(world.wei)])
        for site in [mine, other, far] { try write([note("site/\(site)")], by: world.wei) }
        let outcome = try pushed(to: branch)
        #expect(outcome.refused == [2: "scope_denied"] && outcome.undecided == [3])
        try world.world.push(branch, to: world.hq)
        #expect(try world.hq.read { try $0.verify() }.faults == [])
        let replica = try #require(try tablet.read { try $0.deviceReplica() })
        #expect(try world.hq.read { try $0.summary(of: replica, from: 1).refusals.keys.sorted() } == [2])
    }

    @Test("at a branch makes no record where it has nothing, when headquarters has taken what it only relayed")
    func relayed() throws {
        let branch = try world.world.store(.branch, seed: 9)
        try world.world.pull(branch, from: world.hq)
        let far = try world.site(of: world.account(), branch: world.cairns)
        _ = try world.grant("site/\(far)", ["user": .reference(world.wei)])
        let relayed = note("site/\(far)")
        try write([relayed], by: world.wei)
        #expect(try pushed(to: branch).undecided == [1])
        try world.world.push(branch, to: world.hq)
        #expect(try world.hq.read { try $0.state(of: relayed.id) } != nil)
        #expect(try branch.read { try $0.state(of: relayed.id) } == nil)
    }
}
