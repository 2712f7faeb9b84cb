import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("Holdings of a large branch")
struct HoldingScaleTests {
    let world: HoldingWorld

    init() throws { world = try HoldingWorld() }

    private func addSites(_ count: Int, of account: RecordID) throws {
        let store = world.hq
        for start in stride(from: 0, to: count, by: 500) {
            let changes = (start..<min(start + 500, count)).map { _ in
                let id = store.environment.newRecordID()
                return LocalChange(
                    type: EntityTag.site, record: id, creates: true,
                    edits: [
                        .put("site/\(id)", at: .scope),
                        FieldEdit(tag: tag("site", "account"), edit: .put(.reference(account))),
                        FieldEdit(tag: tag("site", "branch"), edit: .put(.reference(world.perth))),
                    ])
            }
            try world.world.commit(store, changes)
        }
    }

    @Test("cost what changes, not what there is", arguments: [20, 50_000])
    func incremental(_ sites: Int) throws {
        let account = try world.account()
        try addSites(sites, of: account)
        #expect(try world.held(world.office).count == sites + 2)
        try world.countWrites(on: world.hq)
        // The branch, its office and its manager: a source and a holding each of the site, a source of the account.
        let site = try world.site(of: account)
        #expect(try world.written(on: world.hq) == 9)
        try world.world.edit("site", site, on: world.hq, "name", .put("Pit 4"))
        #expect(try world.written(on: world.hq) == 0)
        // The technician's two sources and holdings; the branch had them.
        let order = try world.order(at: site, ["assignees": .reference(world.wei)])
        #expect(try world.written(on: world.hq) == 6)
        // When it ends is noted.
        try world.event("finished", of: order, at: site)
        #expect(try world.written(on: world.hq) == 1)
        try world.world.set("site", site, on: world.hq, ["branch": .reference(world.cairns)])
        let moved = try world.written(on: world.hq)
        // Six sources and three holdings less, but Perth's for its technician; two of each more.
        #expect(moved == 12)
        try world.world.set("user", world.ann, on: world.hq, ["name": "Ann"])
        #expect(try world.written(on: world.hq) == 0)
    }

    @Test("of a device grow by its orders", arguments: [20, 2_000])
    func device(_ orders: Int) throws {
        let account = try world.account()
        try addSites(orders, of: account)
        let sites = try world.held(world.perth).filter { $0.hasPrefix("site/") }
        let changes = sites.map { scope in
            LocalChange(
                type: EntityTag.workOrder, record: world.hq.environment.newRecordID(), creates: true,
                edits: [
                    .put(scope, at: .scope),
                    FieldEdit(tag: tag("work_order", "assignees"), edit: .put(.reference(world.wei))),
                ])
        }
        for start in stride(from: 0, to: changes.count, by: 500) {
            try world.world.commit(world.hq, Array(changes[start..<min(start + 500, changes.count)]))
        }
        #expect(try world.held(world.wei).count == orders + 1)
        try world.countWrites(on: world.hq)
        let more = try world.site(of: account)
        _ = try world.written(on: world.hq)
        _ = try world.order(at: more, ["assignees": .reference(world.wei)])
        // The site is new to him, the account is not.
        #expect(try world.written(on: world.hq) == 5)
    }
}
