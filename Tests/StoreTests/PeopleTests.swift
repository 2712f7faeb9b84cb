import FieldModel
import Foundation
import GRDB
import SyncCore
@testable import SyncStore
import SyncWire
import Testing

@Suite("People")
struct PeopleTests {
    let people: PeopleWorld
    private var world: StoreWorld { people.world }

    init() throws { people = try PeopleWorld() }

    @Test("What is personal is readable to whoever may see it, and stands in the clear beside the database alone")
    func sealed() throws {
        for store in [people.hq, people.device] {
            #expect(try people.shown("name", on: store) == .one(.text(PeopleWorld.name)))
            #expect(try people.shown("phones", on: store) == .many([.text(PeopleWorld.phone)]))
            #expect(try people.found("quaggazebra", on: store) == 1)
            #expect(try people.found(PeopleWorld.phone, on: store) == 1)
            try store.close()
            let readable = try people.filesWithCanary(of: store)
            #expect(!readable.isEmpty && readable.allSatisfy { $0.hasSuffix("-people") })
        }
    }

    @Test("Lists are narrowed by what is personal, and histories tell it")
    func lists() throws {
        try world.edit("contact", people.contact, on: people.device, "name", .put("Newname"))
        let match = FieldMatch(tag: tag("contact", "name"), value: "Newname")
        let found = try people.device.read { try $0.list(EntityTag.contact, matching: [match], limit: 10) }
        #expect(found.items.map(\.id) == [people.contact] && !found.more)
        let phone = FieldMatch(tag: tag("contact", "phones"), value: .text(PeopleWorld.phone))
        #expect(try people.hq.read { try $0.list(EntityTag.contact, matching: [phone], limit: 10) }.items.count == 1)
        let history = try #require(try people.device.read { try $0.history(of: people.contact, field: match.tag) })
        #expect(history.items.map(\.after) == ["Newname", .text(PeopleWorld.name)])
        #expect(history.items[0].before == [.text(PeopleWorld.name)])
    }

    @Test("An element that is taken away is gone, under whatever key it was written")
    func elements() throws {
        let other = PersonKey(person: people.contact, bytes: [UInt8](repeating: 9, count: 32))
        try people.device.take([.key(other)])
        let twice = other.seal(.text(PeopleWorld.phone), of: people.contact, tag("contact", "phones"))
        try world.edit("contact", people.contact, on: people.device, "phones", .put(twice))
        #expect(try people.shown("phones", on: people.device) == .many([.text(PeopleWorld.phone)]))
        try world.edit("contact", people.contact, on: people.device, "phones", .remove(.text(PeopleWorld.phone)))
        try world.exchange(people.device, with: people.hq)
        for store in [people.hq, people.device] { #expect(try people.shown("phones", on: store) == nil) }
    }

    @Test("Two replicas that make a key each for one person read both")
    func twoKeys() throws {
        let empty = try world.create("contact", on: people.hq, ["roles": "tenant"])
        try world.pull(people.device, from: people.hq)
        try world.set("contact", empty, on: people.device, ["phones": "111111"])
        try world.set("contact", empty, on: people.hq, ["phones": "222222"])
        try world.exchange(people.device, with: people.hq)
        for store in [people.hq, people.device] {
            #expect(try store.read { try $0.shown(empty)?["phones"] } == .many(["111111", "222222"]))
        }
        #expect(try people.hq.read { try $0.people.keys(of: empty) }.count == 2)
        #expect(try world.summaries(people.hq) == world.summaries(people.device))
    }

    @Test("Erased, nobody reads it any more, in no file stands a word of it, and every digest is as it was")
    func erased() throws {
        try world.set("contact", people.contact, on: people.hq, ["name": "Second Quaggazebrafinch"])
        try world.exchange(people.device, with: people.hq)
        let before = try world.summaries(people.hq).filter { $0.name != "org" }
        try people.erase()
        try world.pull(people.device, from: people.hq)
        for store in [people.hq, people.device] {
            #expect(try people.shown("name", on: store) == .one(.unreadable))
            #expect(try people.shown("phones", on: store) == .many([.unreadable]))
            #expect(try people.shown("roles", on: store) == .many(["owner"]))
            #expect(try people.found("quaggazebra", on: store) == 0)
            #expect(try people.found("owner", on: store) == 1)
            let history = try #require(try store.read { try $0.history(of: people.contact) })
            #expect(
                !history.items.contains {
                    $0.after == .text(PeopleWorld.name) || $0.before == [.text(PeopleWorld.name)]
                })
            try store.write { try $0.rebuildProjections() }
            #expect(try people.found("quaggazebra", on: store) == 0)
            #expect(try people.filesWithCanary(of: store) == [])
            #expect(try store.read { try $0.verify().faults.isEmpty })
        }
        #expect(try world.summaries(people.hq) == world.summaries(people.device))
        #expect(try world.summaries(people.hq).filter { $0.name != "org" } == before)
    }

    @Test("Work under the old key that comes late is taken, and stays unreadable")
    func late() throws {
        try world.set(
            "contact", people.contact, on: people.device, ["name": "Late Quaggazebrafinch", "roles": "tenant"])
        try people.erase()
        try world.exchange(people.device, with: people.hq)
        for store in [people.hq, people.device] {
            #expect(try people.shown("name", on: store) == .one(.unreadable))
            #expect(try people.shown("roles", on: store) == .many(["owner", "tenant"]))
            #expect(try people.filesWithCanary(of: store) == [])
        }
        #expect(try people.device.read { try $0.rejected() }.isEmpty)
        #expect(try world.summaries(people.hq) == world.summaries(people.device))
    }

    @Test("Who knows of the erasure writes nothing personal about him any more, and everything else")
    func refused() throws {
        try people.erase()
        #expect(throws: PersonErased(person: people.contact)) {
            try world.set("contact", people.contact, on: people.hq, ["phones": "13800000000"])
        }
        try world.set("contact", people.contact, on: people.hq, ["roles": "tenant"])
        #expect(try people.shown("roles", on: people.hq) == .many(["owner", "tenant"]))
    }

    @Test("A key that was erased does not come back, whoever offers it")
    func staysErased() throws {
        let keys = try people.device.read { try $0.people.keys(of: people.contact) }
        #expect(!keys.isEmpty)
        try people.erase()
        try people.hq.take(keys.map(CarriedKey.key))
        #expect(try people.shown("name", on: people.hq) == .one(.unreadable))
        // One that was never here is not taken either.
        let other = PersonKey(person: people.contact, bytes: [UInt8](repeating: 9, count: 32))
        try people.hq.take([.key(other)])
        #expect(try people.hq.read { try $0.people.keys(of: people.contact) } == [])
    }

    @Test("A crash between the record and the keys is made good when the store is opened")
    func resumed() throws {
        let keys = try people.hq.read { try $0.people.keys(of: people.contact) }
        try people.erase()
        try people.hq.people.write { db in
            try db.execute(sql: "DELETE FROM erased; DELETE FROM person_key")
        }
        try people.hq.take(keys.map(CarriedKey.key))
        #expect(try people.shown("name", on: people.hq) == .one(.text(PeopleWorld.name)))
        try people.hq.close()
        let again = try Store(
            path: people.hq.path, role: .hq, environment: people.hq.environment, creating: false, keys: nil)
        #expect(try people.shown("name", on: again) == .one(.unreadable))
    }

    @Test("An erasure that only this device wrote destroys nothing before a node agrees")
    func ownErasure() throws {
        try people.erase(on: people.device)
        #expect(try people.shown("name", on: people.device) == .one(.text(PeopleWorld.name)))
    }

    @Test("Of a set that fails nothing is erased")
    func failed() throws {
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try people.hq.write { access in
                let edits = [
                    .put("org", at: .scope), .put("asked", at: tag("erasure", "reason")),
                    FieldEdit(tag: tag("erasure", "person"), edit: .put(.reference(people.contact))),
                ]
                try access.commit(
                    [
                        LocalChange(
                            type: EntityTag.erasure, record: RecordID(high: 8, low: 8), creates: true, edits: edits)
                    ], author: world.headquarters)
                throw Stop()
            }
        }
        #expect(try people.shown("name", on: people.hq) == .one(.text(PeopleWorld.name)))
        try world.set("contact", people.contact, on: people.hq, ["roles": "tenant"])
        #expect(try people.shown("name", on: people.hq) == .one(.text(PeopleWorld.name)))
    }

    @Test("What is personal is refused in the clear, and under a key of somebody else")
    func unsealed() throws {
        let other = PersonKey(person: world.person, bytes: [UInt8](repeating: 3, count: 32))
        try people.hq.take([.key(other)])
        for value in [Value.text("plain"), other.seal("hers", of: people.contact, tag("contact", "name"))] {
            let write = Write(
                dot: Dot(ReplicaID(99), 1), fields: [FieldWrite(tag: tag("contact", "name"), value: value)])
            let change = Change(type: EntityTag.contact, record: people.contact, write: write)
            let refusals = try people.hq.write { try Judge(access: $0).unsealed(change) }
            #expect(refusals.map(\.code) == [.unsealed])
        }
        let write = Write(
            dot: Dot(ReplicaID(99), 1), fields: [FieldWrite(tag: tag("contact", "roles"), value: "owner")])
        let change = Change(type: EntityTag.contact, record: people.contact, write: write)
        #expect(try people.hq.write { try Judge(access: $0).unsealed(change) } == [])
    }

    @Test("A proposal about what is personal is as personal, and goes with it")
    func proposal() throws {
        let proposal = try world.create(
            "proposal", on: people.device,
            [
                "subject": .reference(people.contact), "field": "phones", "operation": "add",
                "value": "13877654399", "reason": "told me",
            ])
        try world.exchange(people.device, with: people.hq)
        #expect(try people.hq.read { try $0.proposal(proposal)?.value } == "13877654399")
        #expect(try people.found("13877654399", on: people.hq) == 1)
        try people.erase()
        #expect(try people.hq.read { try $0.proposal(proposal) } == nil)
        #expect(try people.hq.read { try $0.proposals(all: true, limit: 9) }.isEmpty)
        #expect(try people.found("13877654399", on: people.hq) == 0)
        #expect(try people.files(of: people.hq, with: "13877654399") == [])
    }
}
