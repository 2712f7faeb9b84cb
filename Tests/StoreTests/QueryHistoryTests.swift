import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("A record's history")
struct QueryHistoryTests {
    let world: StoreWorld
    let hq: Store
    let device: Store
    let firmware = tag("asset", "firmware")

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
        device = try world.device(of: hq, seed: 3)
    }

    private func history(_ id: RecordID, of field: FieldTag?, on store: Store) throws -> History? {
        try store.read { try $0.history(of: id, field: field) }
    }

    private func line(_ item: HistoryItem) -> String {
        let before = item.before.map(\.printed).joined(separator: "+")
        return "\(before) > \(item.after?.printed ?? "") \(item.authorName ?? "?")\(item.current ? " *" : "")"
    }

    @Test("is none where the record is not held")
    func missing() throws {
        #expect(try history(RecordID(high: 1, low: 2), of: nil, on: hq) == nil)
    }

    @Test("of a node is complete, newest first, with what each write overwrote")
    func ofNode() throws {
        let id = try world.create("asset", on: hq, ["firmware": "1"])
        try world.pull(device, from: hq)
        try world.set("asset", id, on: device, ["firmware": "2"])
        try world.set("asset", id, on: hq, ["firmware": "3"])
        try world.push(device, to: hq)
        try world.set("asset", id, on: hq, ["firmware": "4"])
        try world.edit("asset", id, on: hq, "firmware", .clear)
        let history = try history(id, of: firmware, on: hq)
        #expect(history?.complete == true)
        #expect(
            history?.items.map(line) == [
                "4 >  HQ", "2+3 > 4 HQ", "1 > 3 HQ", "1 > 2 wang", " > 1 HQ",
            ])
    }

    @Test("of a device has its own writes, siblings, and the values that it saw replaced, and is not complete")
    func ofDevice() throws {
        let id = try world.create("asset", on: hq, ["firmware": "1"])
        try world.pull(device, from: hq)
        try world.set("asset", id, on: hq, ["firmware": "2"])
        try world.set("asset", id, on: hq, ["firmware": "3"])
        try world.pull(device, from: hq)
        try world.set("asset", id, on: device, ["firmware": "4"])
        let history = try history(id, of: firmware, on: device)
        #expect(history?.complete == false)
        #expect(history?.items.map(line) == ["3 > 4 wang *", " > 3 HQ", " > 1 HQ"])
        #expect(history?.items.map(\.mine) == [true, false, false])
    }

    @Test("leaves out what was refused")
    func refused() throws {
        let id = try world.create("asset", on: hq, ["firmware": "1"])
        try world.pull(device, from: hq)
        try world.set("asset", id, on: device, ["sale_date": .date(days: 20_000)])
        try world.exchange(device, with: hq)
        for store in [hq, device] {
            #expect(try history(id, of: tag("asset", "sale_date"), on: store)?.items.isEmpty == true)
        }
    }

    @Test("says of which field each write was, a deletion too, and nothing of scopes")
    func fields() throws {
        let id = try world.create("asset", on: hq, ["serial": "EX-1", "tags": "blue"])
        try world.edit("asset", id, on: hq, "tags", .remove("blue"))
        try world.delete("asset", id, on: hq)
        let items = try history(id, of: nil, on: hq)?.items ?? []
        #expect(items.map(\.field) == ["deleted", "tags", "serial", "tags"])
        #expect(items[1].before == ["blue"])
        #expect(items[1].after == nil)
        #expect(try history(id, of: .scope, on: hq)?.items.map(\.after) == ["org"])
    }
}
