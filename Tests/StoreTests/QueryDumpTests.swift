import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("The canonical dump")
struct QueryDumpTests {
    let world: StoreWorld
    let hq: Store
    let device: Store

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
        device = try world.device(of: hq, seed: 3)
    }

    private func dump(_ store: Store, scope: String? = nil) throws -> [String] {
        var lines: [String] = []
        try store.read { try $0.dump(scope: scope) { lines.append($0) } }
        return lines
    }

    @Test("of a scope that nobody knows is empty")
    func unknownScope() throws {
        #expect(try dump(hq, scope: "site/none").isEmpty)
    }

    @Test("has one line a record with every field as an array, and nothing derived or local")
    func line() throws {
        let id = try world.create(
            "asset", on: device, scope: "catalog",
            [
                "serial": "EX-1", "tags": "old", "tags": "blue", "notes": "second", "notes": "first",
                "cycles": .integer(4), "cycles": .integer(-1),
            ])
        #expect(
            try dump(device, scope: "catalog") == [
                #"{"deleted":false,"fields":{"cycles":[3],"notes":["second","first"],"serial":["EX-1"],"#
                    + #""tags":["blue","old"]},"id":"\#(id)","scope":"catalog","type":"asset"}"#
            ])
    }

    @Test("has the distinct values of all siblings, sorted by their JSON")
    func siblings() throws {
        let id = try world.create("asset", on: hq, scope: "catalog", ["firmware": "1"])
        try world.pull(device, from: hq)
        try world.set("asset", id, on: device, ["firmware": "9"])
        try world.set("asset", id, on: hq, ["firmware": "10"])
        try world.exchange(device, with: hq)
        for store in [hq, device] {
            #expect(try dump(store, scope: "catalog").first?.contains(#""firmware":["10","9"]"#) == true)
        }
    }

    @Test("is sorted by type name, then id, and prints what this version does not know by numbers")
    func order() throws {
        let ids = try (0..<3).map { _ in try world.create("site", on: hq, scope: "catalog", ["name": "Pit"]) }.sorted()
        let part = try world.create("part", on: hq, scope: "catalog", ["code": "B1"])
        let strange = hq.environment.newRecordID()
        try world.commit(
            hq,
            [
                LocalChange(
                    type: 99, record: strange, creates: true, edits: [.put("catalog", at: .scope), .put("x", at: 12)]),
                LocalChange(type: EntityTag.part, record: part, edits: [.put("y", at: 77)]),
            ])
        let expected =
            [
                #"{"deleted":false,"fields":{"code":["B1"],"field-77":["y"]},"id":"\#(part)","scope":"catalog","type":"part"}"#
            ]
            + ids.map { #"{"deleted":false,"fields":{"name":["Pit"]},"id":"\#($0)","scope":"catalog","type":"site"}"# }
            + [#"{"deleted":false,"fields":{"field-12":["x"]},"id":"\#(strange)","scope":"catalog","type":"type-99"}"#]
        #expect(try dump(hq, scope: "catalog") == expected)
        #expect(try dump(hq).count == expected.count + 2)
    }

    @Test("is the same, byte for byte, where the same change sets are held, before and after they came back")
    func same() throws {
        let id = try world.create("site", on: device, ["name": "Pit 4"])
        try world.create("asset", on: device, ["site": .reference(id)])
        try world.push(device, to: hq)
        let afterPush = try dump(hq)
        #expect(try dump(device) == afterPush)
        try world.pull(device, from: hq)
        #expect(try dump(device) == afterPush)
    }

    @Test("of a scope follows what the record shows, where an own move is not yet known to the node")
    func moved() throws {
        let id = try world.create("site", on: hq, ["name": "Pit 4"])
        try world.pull(device, from: hq)
        try world.commit(
            device, [LocalChange(type: EntityTag.site, record: id, edits: [.put("catalog", at: .scope)])])
        #expect(try dump(device, scope: "catalog").count == 1)
        #expect(try dump(device, scope: "org").count == 2)
    }

    @Test("says that a record was deleted")
    func deleted() throws {
        let id = try world.create("site", on: hq, scope: "catalog", ["name": "Pit 4"])
        try world.delete("site", id, on: hq)
        #expect(try dump(hq, scope: "catalog").first?.hasPrefix(#"{"deleted":true,"#) == true)
    }
}
