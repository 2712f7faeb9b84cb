import FieldModel
import SyncCore
@testable import SyncStore
import Testing

@Suite("People whom nobody has needed for long")
struct UnusedPeopleTests {
    private static let year: Int64 = 366 * 86_400_000

    let people: PeopleWorld
    private var world: StoreWorld { people.world }

    init() throws { people = try PeopleWorld() }

    /// Whose last use is more than a year ago.
    private func due() throws -> [RecordID] {
        let moment = world.clock.milliseconds - Self.year
        return try people.hq.read { try $0.peopleUnused(since: moment) }.map(\.record.id)
    }

    @Test("A contact is due when neither his record nor his customer's orders and requests are younger")
    func contacts() throws {
        let account = try world.create("account", on: people.hq, ["name": "Ironbark"])
        let site = try world.create("site", on: people.hq, ["account": .reference(account), "name": "North pit"])
        let wang = try world.create("contact", on: people.hq, ["account": .reference(account), "name": "Wang"])
        #expect(try due() == [])
        world.clock.advance(Self.year + 1_000_000)
        #expect(try due() == [people.contact, wang])
        try world.create("work_order", on: people.hq, ["site": .reference(site), "type": "repair"])
        #expect(try due() == [people.contact])
        try world.edit("contact", people.contact, on: people.hq, "phones", .put("111111"))
        #expect(try due() == [])
        world.clock.advance(Self.year + 1_000_000)
        try world.create("request", on: people.hq, ["account": .reference(account), "description": "leaks"])
        #expect(try due() == [people.contact])
    }

    @Test("A user is due when he left, and nobody who was erased or deleted is")
    func users() throws {
        let left = try world.create("user", on: people.hq, ["login": "zhao", "name": "Zhao"])
        try world.create("user", on: people.hq, ["login": "chen", "name": "Chen"])
        try world.edit("user", left, on: people.hq, "active", .put(.bool(false)))
        world.clock.advance(Self.year + 1_000_000)
        #expect(try due() == [people.contact, left])
        try people.erase()
        #expect(try due() == [left])
    }
}
