import Foundation
import SyncClient
import SyncCore
import SyncWire
import Testing

@Suite("People: what is personal is exported, masked and erased")
struct PeopleTests {
    private static let (name, phone, email) = ("Quaggazebrafinch", "13877654321", "zebra@quagga.example")

    /// Somebody at a customer of a branch, and a device there that knows of him.
    private struct Known {
        let hq: ServedNode
        let perth: ServedNode
        let li: FieldDevice
        let contact: String

        init(_ tiers: Tiers) throws {
            hq = tiers.hq
            perth = try tiers.branch("perth")
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let site = try #require(try perth.done("get", machine)["fields"]["site"].text)
            let account = try #require(try perth.done("get", site)["fields"]["account"].text)
            let made = try perth.done(
                "new", "contact", "account=\(account)", "name=\(PeopleTests.name)", "phones+=\(PeopleTests.phone)",
                "emails+=\(PeopleTests.email)", "roles+=owner")
            contact = try #require(made["id"].text)
            li = try tiers.device("li", at: perth, role: "service_rep")
            let contact = contact
            let came = try eventually(within: 20) { [hq] in try hq.verb("get", contact).exit == 0 }
            try #require(came, "HQ does not hear of the contact")
        }

        func erase() throws {
            let asked = try hq.verb("person", "erase", contact, "--reason", "asked")
            #expect(asked.exit == 2, "\(asked)")
            #expect(try hq.done("get", contact)["fields"]["name"] == .text(PeopleTests.name), "nothing was erased yet")
            let digits = String(contact.filter { $0 != "-" }.suffix(10))
            try hq.done("person", "erase", contact, "--reason", "asked", "--confirm", digits)
        }

        /// Whether the record is there, and nothing personal of it.
        func isErased(_ got: Outcome) throws -> Bool {
            let fields = try got.json["fields"]
            return got.exit == 0 && fields["name"] == .null && fields["roles"].texts.contains("owner")
        }
    }

    /// The plain copies of some nodes and devices in which a word of the person stands.
    private static func found(in copies: [(String, (String) throws -> Outcome)], _ folder: URL) throws -> [String] {
        try copies.filter { name, export in
            let path = folder.appending(path: "\(name)-\(UInt32.random(in: 0 ... .max)).plain").path
            let made = try export(path)
            try #require(made.exit == 0, "\(made)")
            let content = try Data(contentsOf: URL(filePath: path))
            return [Self.name, Self.phone, Self.email, "latequagga"].contains {
                content.range(of: Data($0.utf8)) != nil
            }
        }.map(\.0)
    }

    @Test("Erased at HQ, he is gone everywhere, from work that came late too, and from a backup made before")
    func erased() throws {
        try Tiers.play { tiers in
            let known = try Known(tiers)
            let (hq, perth, li, contact) = (known.hq, known.perth, known.li, known.contact)
            let backup = tiers.folder.appending(path: "backup")
            try hq.done("backup", backup.path)
            #expect(try li.done("get", contact)["fields"]["phones"].texts == [Self.phone])
            try li.done("set", contact, "name=latequagga", "phones+=13800000001", "roles+=tenant")
            try known.erase()
            #expect(try eventually(within: 20) { try known.isErased(perth.verb("get", contact)) })
            #expect(try li.sync()["rejected"] == .number(0))
            #expect(try known.isErased(li.verb("get", contact)))
            #expect(try eventually(within: 20) { try hq.done("get", contact)["fields"]["roles"].texts.count == 2 })
            #expect(try known.isErased(hq.verb("get", contact)))
            #expect(try eventually(within: 20) { try Tiers.agree([hq, perth], [li]) })
            for node in [hq, perth] { #expect(try node.verb("verify").exit == 0) }
            #expect(try li.verb("verify").exit == 0)
            let again = try li.verb("set", contact, "phones+=13800000002")
            #expect(again.exit == 4 && again.text.isEmpty, "\(again)")
            let copies: [(String, (String) throws -> Outcome)] = [
                ("hq", { try hq.verb("export", "--sqlite", $0, "--unmasked") }),
                ("perth", { try perth.verb("export", "--sqlite", $0, "--unmasked") }),
                ("li", { try li.verb("export", "--sqlite", $0, "--unmasked") }),
            ]
            #expect(try Self.found(in: copies, tiers.folder) == [])
            for node in [hq, perth] { #expect(try node.done("search", "quaggazebra")["items"].items.count == 0) }
            try hq.stop()
            try FileManager.default.removeItem(at: hq.folder)
            let restored = try hq.command(["restore", backup.path, "--json"]).run()
            try #require(restored.exit == 0, "\(restored)")
            #expect(try hq.done("get", contact)["fields"]["name"] == .text(Self.name), "the backup was made before")
            try hq.serve()
            #expect(try eventually(within: 40) { try known.isErased(hq.verb("get", contact)) })
            #expect(try Self.found(in: copies, tiers.folder) == [])
            #expect(try hq.done("search", "quaggazebra")["items"].items.count == 0)
        }
    }

    @Test("A backup that was brought up to date after the erasure has no key, whatever moment comes back from it")
    func backups() throws {
        try Tiers.play { tiers in
            let known = try Known(tiers)
            let (hq, contact) = (known.hq, known.contact)
            let backup = tiers.folder.appending(path: "backup")
            let before = try #require(try hq.done("backup", backup.path)["until"].text)
            let made = Date()
            _ = eventually(within: 5) { Date().timeIntervalSince(made) > 1.1 }
            try known.erase()
            try hq.done("backup", backup.path)
            let other = tiers.folder.appending(path: "other").path
            let restored = try Command(
                .fieldsyncd, ["restore", backup.path, "--data", other, "--to", before, "--json"], in: tiers.folder
            ).run()
            try #require(restored.exit == 0, "\(restored)")
            let got = try Command(.fieldsyncd, ["get", contact, "--data", other, "--json"], in: tiers.folder).run()
            #expect(try known.isErased(got), "\(got)")
        }
    }

    @Test("Lists, searches and exports mask numbers and addresses; one record, and who asks for it, sees them whole")
    func masked() throws {
        try Tiers.play { tiers in
            let known = try Known(tiers)
            let (hq, contact) = (known.hq, known.contact)
            for listed in [try hq.done("list", "contact"), try hq.done("search", Self.phone)] {
                #expect(listed["items"][0]["fields"]["phones"].texts == ["138****4321"])
                #expect(listed["items"][0]["fields"]["emails"].texts == ["z****@quagga.example"])
                #expect(listed["items"][0]["fields"]["name"] == .text(Self.name))
            }
            let whole = try hq.done("list", "contact", "--unmasked")["items"][0]["fields"]["phones"].texts
            #expect(whole == [Self.phone])
            #expect(try hq.done("get", contact)["fields"]["phones"].texts == [Self.phone])
            #expect(try known.li.done("list", "contact", "phones=\(Self.phone)")["items"].items.count == 1)
            #expect(try hq.command(["audit", "show"]).run().text.contains("list contact"))
            let machine = try #require(try hq.done("list", "asset")["items"][0]["number"].text)
            let order = try tiers.assign("li", to: machine)
            try known.li.sync()
            let contacts = try known.li.done("job", "show", order)["contacts"]
            #expect(contacts[0]["fields"]["phones"].texts == [Self.phone], "who is to come must be able to call")
            for (options, phone) in [([], "138****4321"), (["--unmasked"], Self.phone)] {
                let file = tiers.folder.appending(path: "copy\(options.count).db").path
                try hq.done(["export", "--sqlite", file] + options)
                let read = try Command(path: "sqlite3", [file, "SELECT name, phones FROM contact"], in: tiers.folder)
                    .run()
                #expect(read.text == "\(Self.name)|[\"\(phone)\"]\n", "\(read)")
            }
        }
    }

    @Test("Everything about a person is one document: his record and its past, where he is named, what he wrote")
    func exported() throws {
        try Tiers.play { tiers in
            let known = try Known(tiers)
            let (hq, contact) = (known.hq, known.contact)
            try hq.done("set", contact, "name=Renamed")
            try hq.done("new", "note", "subject=\(contact)", "text=rang us")
            let file = tiers.folder.appending(path: "person.json")
            try hq.done("person", "export", contact, "--out", file.path)
            let document = try JSON([UInt8](Data(contentsOf: file)))
            #expect(document["record"]["fields"]["phones"].texts == [Self.phone])
            #expect(document["named_in"][0]["fields"]["text"] == .text("rang us"))
            #expect(document["history"].items.count >= 5)
            let rights = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            #expect(rights == 0o600)
            #expect(try hq.verb("person", "export", contact, "--out", file.path).exit == 4)
            try known.li.done("set", contact, "roles+=tenant")
            try known.li.sync()
            #expect(
                try eventually(within: 20) {
                    try hq.done("person", "export", "li")["written"].items.count > 0
                })
            #expect(try hq.verb("person", "export", "EX-1").exit == 3)
            #expect(try hq.command(["audit", "show"]).run().text.contains("person export"))
        }
    }

    @Test("A push of which the key did not come is not taken; that it is gone may be said")
    func missingKey() throws {
        try Tiers.play { tiers in
            _ = try tiers.device("li", at: tiers.hq)
            let code = try #require(try tiers.hq.done("device", "invite", "--user", "li")["code"].text)
            let caller = try WireCaller(to: tiers.hq, code: code)
            let key = PersonKey(person: RecordID(high: 1, low: 2), bytes: [UInt8](repeating: 5, count: 32))
            let run = try caller.run(value: key.seal(.text("hidden"), of: RecordID(high: 1, low: 2), 4))
            var request = caller.push([run])
            let refused = try caller.post("/v1/push", Frame.encode(request.encoded), token: caller.token())
            #expect(refused.status == 422)
            #expect(String(decoding: refused.body, as: UTF8.self).contains("person_key_missing"))
            request.personKeys = [WirePersonKey(.gone(key.id))]
            let taken = try caller.post("/v1/push", Frame.encode(request.encoded), token: caller.token())
            #expect(taken.status == 200)
        }
    }

    @Test("Who is due is listed with the day of the last use, and a number of years that is none is refused")
    func due() throws {
        let world = try CLIWorld()
        #expect(try world.node("person", "due", "--years", "3").items.isEmpty)
        #expect(try world.node("person", "due", "--years", "0").exit == 2)
        #expect(try world.node("new", "contact", "name=Zhang").exit == 0)
        let later = ["person", "due", "--years", "1", "--data", world.folder.appending(path: "hq").path]
        let clock = ["-f", "+400d", Program.fieldsyncd.path] + later
        let listed = try Command(path: "/usr/bin/faketime", clock + ["--json"], in: world.folder).run()
        #expect(try listed.json["items"].items.map { $0["name"] } == [.text("Zhang")])
        #expect(try listed.json["items"][0]["last_used_at"].text != nil)
        let text = try Command(path: "/usr/bin/faketime", clock + ["--lang", "zh"], in: world.folder).run()
        #expect(text.exit == 0 && text.text.contains("Zhang"))
    }
}
