import FieldModel
import GRDB
import SyncCore
import SyncStore
import Testing

@Suite("What was deleted a lease ago is forgotten at headquarters, and everywhere from there")
struct TombstoneTests {
    private static let dayMilliseconds: Int64 = 86_400_000

    let world: StoreWorld
    let hq: Store
    let branch: Store
    let device: Store
    /// Has what the others have, and is away until somebody calls it.
    let away: Store
    let asset: RecordID

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
        branch = try world.store(.branch, seed: 2)
        try world.exchange(branch, with: hq)
        device = try world.device(of: branch, seed: 3)
        asset = try world.create(
            "asset", on: device,
            [
                "serial": "S-1", "firmware": "1", "tags": "leased", "tags": "old", "notes": "first", "notes": "second",
                "cycles": .integer(4), "cycles": .integer(5),
            ])
        try world.set("asset", asset, on: device, ["firmware": "2"])
        try world.edit("asset", asset, on: device, "tags", .remove("old"))
        try world.exchange(device, with: branch)
        try world.exchange(branch, with: hq)
        away = try world.device(of: branch, seed: 4)
    }

    private func later(days: Int64) { world.clock.advance(days * Self.dayMilliseconds) }

    /// - Returns: how many steps had something to look at.
    @discardableResult
    private func forget() throws -> Int {
        var steps = 0
        while try hq.write({ try $0.forgetTombstones(by: world.headquarters) }) { steps += 1 }
        return steps
    }

    private func everybodyExchanges() throws {
        for _ in 0..<2 {
            try world.exchange(device, with: branch)
            try world.exchange(branch, with: hq)
        }
        try world.exchange(device, with: branch)
    }

    private func takeBack(_ id: RecordID, on store: Store) throws {
        let edit = FieldEdit(tag: .deleted, edit: .clear)
        try world.commit(store, [LocalChange(type: EntityTag.asset, record: id, edits: [edit])])
    }

    private func fields(_ id: RecordID, _ store: Store) throws -> [String: ShownValue] {
        let all = try store.read { try $0.record(id) }?.record.fields ?? []
        let shown = all.filter { $0.declaration?.derived == false }
        return Dictionary(uniqueKeysWithValues: shown.map { ($0.name, $0.shown) })
    }

    private func deletion(_ store: Store) throws -> RecordState.Deletion? {
        try store.read { try $0.state(of: asset)?.deletion }
    }

    private func rows(_ sql: String, _ store: Store) throws -> Int {
        try DatabaseQueue(path: store.path).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(sql)") } ?? 0
    }

    @Test("Before the lease is over nothing is; then only the stub is left, at nodes and devices")
    func forgotten() throws {
        try world.delete("asset", asset, on: hq)
        let before = try hq.read { try $0.history(of: asset) }?.items.map(\.dot)
        later(days: 179)
        #expect(try forget() == 0)
        later(days: 2)
        try forget()
        try everybodyExchanges()
        for store in [hq, branch, device] {
            let state = try #require(try store.read { try $0.state(of: asset) })
            #expect(state.deletion == .deleted)
            #expect(state.fields.map(\.tag) == [.scope, .deleted])
            #expect(try fields(asset, store).isEmpty)
            #expect(try store.read { try $0.verify() }.faults == [])
        }
        #expect(try world.summaries(device) == world.summaries(hq))
        // The nodes know what it was; a device forgets that too.
        let history = try #require(try hq.read { try $0.history(of: asset) })
        #expect(history.complete && Set(history.items.map(\.dot)).isSuperset(of: before ?? []))
        #expect(try rows("replaced", device) == 0 && rows("replaced", branch) > 0)
        #expect(try hq.read { try $0.nodeFigures() }.forgotten == 1)
        #expect(try hq.read { try $0.audit(AuditQuestion(limit: 2)) }.contains { $0.kind == .forgotten })
    }

    @Test("An edit of a year later is a decision, and who takes the deletion back gets back what was forgotten")
    func lateEdit() throws {
        try world.delete("asset", asset, on: hq)
        later(days: 365)
        try forget()
        try everybodyExchanges()
        try world.set("asset", asset, on: away, ["firmware": "9"])
        try world.edit("asset", asset, on: away, "notes", .put("third"))
        try world.push(away, to: branch)
        try world.push(branch, to: hq)
        for store in [branch, hq] {
            guard case .deletedButEdited = try deletion(store) else {
                Issue.record("nobody has to decide at \(store.role)")
                continue
            }
            #expect(try store.read { try $0.conflicts() }.map(\.tag) == [.deleted])
        }
        // It stays so until a person decides, however long that takes.
        later(days: 365)
        try forget()
        #expect(try fields(asset, hq)["firmware"] == .one("9"))
        try takeBack(asset, on: branch)
        try everybodyExchanges()
        try world.exchange(away, with: branch)
        for store in [hq, branch, device, away] {
            #expect(try deletion(store) == .present)
            #expect(try store.read { try $0.conflicts() }.isEmpty)
            let shown = try fields(asset, store)
            #expect(shown["firmware"] == .one("9") && shown["serial"] == .one("S-1"))
            #expect(shown["tags"] == .many(["leased"]) && shown["cycles"] == .one(.integer(9)))
            // What came back is newer than what was written before it was back.
            #expect(shown["notes"] == .many(["third", "first", "second"]))
            #expect(try world.summaries(store) == world.summaries(hq))
        }
        #expect(try hq.read { try $0.nodeFigures() }.forgotten == 0)
        #expect(try hq.read { try $0.verify() }.faults == [])
    }

    @Test("Deleted, taken back and deleted again it is forgotten again, and brought back again")
    func again() throws {
        for _ in 0..<2 {
            try world.delete("asset", asset, on: hq)
            later(days: 181)
            try forget()
            #expect(try fields(asset, hq).isEmpty)
            try takeBack(asset, on: hq)
            #expect(try fields(asset, hq)["serial"] == .one("S-1"))
            #expect(try fields(asset, hq)["notes"] == .many(["first", "second"]))
        }
        // What was never forgotten comes back as it always did: nothing is written besides.
        try world.delete("asset", asset, on: hq)
        let sets = try hq.read { try $0.nodeFigures() }.changeSets
        try takeBack(asset, on: hq)
        #expect(try hq.read { try $0.nodeFigures() }.changeSets == sets + 1)
    }

    @Test("It goes on where it stopped, in sets of bounded size, and writes nothing twice")
    func bounded() throws {
        let ids = (0..<450).map { _ in hq.environment.newRecordID() }
        try world.commit(
            hq,
            ids.map {
                LocalChange(
                    type: EntityTag.asset, record: $0, creates: true,
                    edits: [.put("org", at: .scope), .put("S", at: tag("asset", "serial"))])
            })
        try world.commit(
            hq,
            ids.map { id in
                let known = try hq.read { try $0.state(of: id)?.known } ?? KnownDots()
                let edit = FieldEdit(tag: .deleted, edit: .put(.known(known)))
                return LocalChange(type: EntityTag.asset, record: id, edits: [edit])
            })
        later(days: 181)
        let before = try hq.read { try $0.nodeFigures() }.changeSets
        #expect(try hq.write { try $0.forgetTombstones(by: world.headquarters) })
        #expect(try ids.filter { try fields($0, hq).isEmpty }.count == ForgettingPace.recordsPerStepMax)
        #expect(try forget() == 2)
        #expect(try ids.allSatisfy { try fields($0, hq).isEmpty })
        #expect(try hq.read { try $0.nodeFigures() }.changeSets == before + 3)
        // Of stubs there is nothing to forget, however old they are.
        later(days: 400)
        try forget()
        #expect(try hq.read { try $0.nodeFigures() }.changeSets == before + 3)
        #expect(try hq.read { try $0.nodeFigures() }.forgotten == 450)
    }

    @Test("What decides about other records stays in the stub, and people stay whole")
    func deciding() throws {
        let account = try world.create("account", on: hq, ["name": "A"])
        let site = try world.create("site", on: hq, ["name": "S", "account": .reference(account)])
        let user = try world.create("user", on: hq, ["login": "gone", "roles": "technician"])
        try world.delete("site", site, on: hq)
        try world.delete("user", user, on: hq)
        later(days: 181)
        try forget()
        #expect(try fields(site, hq) == ["account": .one(.reference(account))])
        #expect(try fields(user, hq)["login"] == .one("gone"))
    }
}
