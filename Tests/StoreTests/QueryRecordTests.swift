import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("A record as it is shown")
struct QueryRecordTests {
    let world: StoreWorld
    let hq: Store
    let device: Store

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
        device = try world.device(of: hq, seed: 3)
    }

    private func view(_ id: RecordID, on store: Store) throws -> RecordView? { try store.read { try $0.record(id) } }

    private func shown(_ view: RecordView?) -> [String: String] {
        Dictionary(uniqueKeysWithValues: (view?.record.fields ?? []).map { ($0.name, $0.shown.json.canonical()) })
    }

    @Test("is none where it is not held")
    func missing() throws {
        #expect(try view(RecordID(high: 1, low: 2), on: hq) == nil)
    }

    @Test("has every field by its kind and none that holds nothing")
    func kinds() throws {
        let id = try world.create(
            "asset", on: device,
            [
                "number": "AS-1", "serial": "EX-1", "sale_date": .date(days: 20_000), "tags": "old", "tags": "blue",
                "notes": "first", "notes": "second", "cycles": .integer(4), "cycles": .integer(-1),
            ])
        let view = try view(id, on: device)
        #expect(
            shown(view).filter { $0.key != "condition" } == [
                "number": "\"AS-1\"", "serial": "\"EX-1\"", "sale_date": "\"2024-10-04\"",
                "tags": "[\"blue\",\"old\"]", "notes": "[\"first\",\"second\"]", "cycles": "3",
            ])
        #expect(view?.record.number == "AS-1")
        #expect(view?.record.title == "EX-1")
        #expect(view?.record.typeName == "asset")
        #expect(view?.scope == StoreWorld.place)
        #expect(view?.deletion == .present)
        #expect(view?.concurrent.isEmpty == true)
    }

    @Test("lists both values of a field that was written concurrently, with who wrote them")
    func concurrent() throws {
        let id = try world.create("asset", on: hq, ["firmware": "6"])
        try world.pull(device, from: hq)
        try world.set("asset", id, on: device, ["firmware": "7"])
        try world.set("asset", id, on: hq, ["firmware": "8"])
        try world.exchange(device, with: hq)
        let view = try view(id, on: device)
        #expect(view?.concurrent.map(\.field.name) == ["firmware"])
        let siblings = view?.concurrent.first?.siblings ?? []
        #expect(siblings.map(\.value) == ["7", "8"])
        #expect(siblings.map(\.mine) == [true, false])
        #expect(siblings.map(\.author) == [world.person, world.headquarters])
        #expect(siblings.map(\.authorName) == ["wang", "HQ"])
        #expect(shown(view)["firmware"] == "\"8\"")
    }

    @Test("carries the receipt of the own set that has come least far, none for what others wrote")
    func receipt() throws {
        let id = try world.create("asset", on: device, ["serial": "EX-1"])
        let branch = try world.store(.branch, seed: 4)
        try world.pull(branch, from: hq)
        #expect(try view(id, on: device)?.receipt == .local)
        try world.push(device, to: branch)
        #expect(try view(id, on: device)?.receipt == .branch)
        #expect(try view(id, on: branch)?.receipt == nil)
        try world.push(device, to: hq)
        #expect(try view(id, on: device)?.receipt == .hq)
        try world.set("asset", id, on: device, ["firmware": "7"])
        #expect(try view(id, on: device)?.receipt == .local)
        let theirs = try world.create("asset", on: hq, ["serial": "EX-2"])
        try world.pull(device, from: hq)
        #expect(try view(theirs, on: device)?.receipt == nil)
    }

    @Test("says that it was deleted, and that a deleter had not known of an edit")
    func deletion() throws {
        let id = try world.create("asset", on: hq, ["serial": "EX-1"])
        try world.pull(device, from: hq)
        try world.delete("asset", id, on: hq)
        #expect(try view(id, on: hq)?.deletion == .deleted)
        try world.set("asset", id, on: device, ["firmware": "7"])
        try world.exchange(device, with: hq)
        #expect(try view(id, on: hq)?.deletion == .deletedButEdited([tag("asset", "firmware")]))
    }

    @Test("prints a type and a field that this version does not know by their numbers")
    func unknown() throws {
        let id = hq.environment.newRecordID()
        try world.commit(
            hq, [LocalChange(type: 99, record: id, creates: true, edits: [.put("org", at: .scope), .put("x", at: 12)])])
        let view = try view(id, on: hq)
        #expect(view?.record.typeName == "type-99")
        #expect(shown(view) == ["field-12": "\"x\""])
    }
}
