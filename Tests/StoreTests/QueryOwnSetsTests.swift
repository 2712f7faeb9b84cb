import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("Receipts, refusals and figures of a replica")
struct QueryOwnSetsTests {
    let world: StoreWorld
    let hq: Store
    let device: Store

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
        device = try world.device(of: hq, seed: 3)
    }

    private func counts(_ store: Store) throws -> StatusCounts { try store.read { try $0.statusCounts() } }

    @Test("A refused set is listed with its reason and what it wanted until it is settled")
    func rejected() throws {
        let id = try world.create("asset", on: hq, ["serial": "EX-1"])
        try world.pull(device, from: hq)
        try world.set("asset", id, on: device, ["sale_date": .date(days: 20_000)])
        #expect(try device.read { try $0.rejected() }.isEmpty)
        try world.exchange(device, with: hq)
        let rejected = try #require(try device.read { try $0.rejected() }.first)
        #expect(rejected.reason.code == "field_forbidden")
        #expect(!rejected.reason.messageZH.isEmpty)
        #expect(rejected.set.changes.map(\.record) == [id])
        let wanted = rejected.values(of: rejected.set.changes[0])
        #expect(wanted.map(\.field.name) == ["sale_date"])
        #expect(wanted.map(\.value) == [.date(days: 20_000)])
        #expect(try counts(device).rejected == 1)
        #expect(try counts(hq).rejected == 0)
        #expect(try device.write { try $0.settle(rejected.rowid + 1) } == false)
        #expect(try device.write { try $0.settle(rejected.rowid) })
        #expect(try device.read { try $0.rejected() }.isEmpty)
        #expect(try counts(device).rejected == 0)
        #expect(try device.write { try $0.settle(rejected.rowid) } == false)
    }

    @Test("Own sets are counted once, by the farthest stage that they reached")
    func stages() throws {
        let branch = try world.store(.branch, seed: 4)
        try world.pull(branch, from: hq)
        try world.create("asset", on: device, ["serial": "EX-1"])
        try world.push(device, to: hq)
        try world.create("asset", on: device, ["serial": "EX-2"])
        try world.push(device, to: branch)
        let moment = device.environment.wallMilliseconds()
        let last = try world.create("asset", on: device, ["serial": "EX-3"])
        let receipts = try counts(device).receipts
        #expect([receipts.local, receipts.branch, receipts.hq] == [1, 1, 1])
        let items = try device.read { try $0.receipts() }
        #expect(items.map(\.seq) == [3, 2, 1])
        #expect(items.map(\.stage) == [.local, .branch, .hq])
        #expect(try device.read { try $0.receipts(since: moment) }.map(\.records) == [[last]])
    }

    @Test("Figures count records, scopes and conflicts, on a device also what no node has told of")
    func figures() throws {
        let id = try world.create("asset", on: hq, scope: "catalog", ["serial": "EX-1"])
        try world.pull(device, from: hq)
        let before = try counts(device)
        #expect([before.records, before.scopes, before.conflicts] == [3, 2, 0])
        try world.create("asset", on: device, ["serial": "EX-2"])
        try world.set("asset", id, on: device, ["serial": "EX-3"])
        try world.set("asset", id, on: hq, ["serial": "EX-4"])
        #expect(try counts(device).records == 4)
        try world.exchange(device, with: hq)
        #expect(try counts(device).conflicts == 1)
        #expect(try counts(hq).records == 4)
    }

    @Test("A device is bootstrapping from the first page of its first pull to the last")
    func bootstrapping() throws {
        for number in 1...5 { try world.create("site", on: hq, ["name": .text("Pit \(number)")]) }
        let second = try world.store(.device, seed: 5)
        #expect(try !counts(second).isBootstrapping)
        var seen: [Bool] = []
        try world.pull(second, from: hq, pageBytesMax: 200) { seen.append(try counts(second).isBootstrapping) }
        #expect(seen.count > 1)
        #expect(seen.allSatisfy { $0 })
        #expect(try !counts(second).isBootstrapping)
        for number in 6...15 { try world.create("site", on: hq, ["name": .text("Pit \(number)")]) }
        seen = []
        try world.pull(second, from: hq, pageBytesMax: 200) { seen.append(try counts(second).isBootstrapping) }
        #expect(seen.count > 1)
        #expect(!seen.contains(true))
    }

    @Test("A conflict is listed with both values until somebody decides")
    func conflicts() throws {
        let id = try world.create("asset", on: hq, ["serial": "EX-1"])
        try world.pull(device, from: hq)
        try world.set("asset", id, on: device, ["serial": "EX-2"])
        try world.set("asset", id, on: hq, ["serial": "EX-3"])
        try world.exchange(device, with: hq)
        let conflict = try #require(try device.read { try $0.conflicts() }.first)
        #expect(conflict.record.id == id)
        #expect(conflict.field == "serial")
        #expect(conflict.siblings.map(\.value) == ["EX-2", "EX-3"])
        #expect(conflict.siblings.map(\.mine) == [true, false])
        try world.set("asset", id, on: device, ["serial": "EX-2"])
        #expect(try device.read { try $0.conflicts() }.isEmpty)
    }

    @Test("A deletion that did not know of an edit is a conflict that names the edit")
    func deletedButEdited() throws {
        let id = try world.create("asset", on: hq, ["serial": "EX-1"])
        try world.pull(device, from: hq)
        try world.set("asset", id, on: device, ["firmware": "7"])
        try world.delete("asset", id, on: hq)
        try world.push(device, to: hq)
        let conflict = try #require(try hq.read { try $0.conflicts() }.first)
        #expect(conflict.field == "deleted")
        #expect(conflict.siblings.map(\.json) == [.bool(true)])
        #expect(conflict.edits.map(\.field) == ["firmware"])
        #expect(conflict.edits.map(\.sibling.authorName) == ["wang"])
    }

    @Test("Readable numbers count per prefix and code, and none comes from a code that is none")
    func numbers() throws {
        func next(_ prefix: String, _ device: String) throws -> String? {
            try hq.write { try $0.nextNumber(prefix: prefix, branchCode: "GZ03", deviceCode: device)?.text }
        }
        #expect(try next("WO", "k7") == nil)
        let first = try #require(try next("WO", "K7"))
        #expect(first.hasPrefix("WO-GZ03-K7-000001-"))
        #expect(try next("WO", "K7")?.hasPrefix("WO-GZ03-K7-000002-") == true)
        #expect(try next("SR", "K7")?.hasPrefix("SR-GZ03-K7-000001-") == true)
        #expect(try next("WO", "K8")?.hasPrefix("WO-GZ03-K8-000001-") == true)
    }
}
