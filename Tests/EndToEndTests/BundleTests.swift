import Foundation
import Testing

@Suite("Bundles: replicas that never meet exchange by file")
struct BundleTests {
    /// A world without a network from now on: HQ, a branch, and a technician's device that once enrolled there.
    private struct World {
        let tiers: Tiers
        let perth: ServedNode
        let li: FieldDevice
        let machine: String

        func file(_ name: String) -> String { tiers.folder.appending(path: name).path }

        /// A device's changes to a node, and the node's answer back.
        @discardableResult
        func carry(_ device: FieldDevice, to node: ServedNode, _ name: String, all: Bool = false) throws -> JSON {
            let (up, down) = (file("\(name).up"), file("\(name).down"))
            let exported = try device.command(["bundle", "export", up, "--json"] + (all ? ["--all"] : [])).run()
            try #require(exported.exit == 0, "\(exported)")
            let taken = try node.verb("bundle", "import", up, "--answer", down)
            try #require([0, 12].contains(taken.exit), "\(taken)")
            let joined = try device.verb("bundle", "import", down)
            try #require([0, 12].contains(joined.exit), "\(joined)")
            return try taken.json
        }

        /// A branch's to HQ, and HQ's answer back.
        func carryUp(_ branch: ServedNode, _ name: String) throws {
            let (up, down) = (file("\(name).up"), file("\(name).down"))
            try branch.done("bundle", "export", up)
            try tiers.hq.done("bundle", "import", up, "--answer", down)
            try branch.done("bundle", "import", down)
        }

        func notes(at node: ServedNode) throws -> [String] { try node.done("get", machine)["fields"]["notes"].texts }

        /// When the device last spoke to its branch, and the branch to HQ; their order as texts is that in time.
        func seen() throws -> String { try moment(perth.done("device", "list")["items"][0]["last_seen_at"]) }
        func exchanged() throws -> String {
            try moment(tiers.hq.done("branch", "list")["items"][0]["last_exchange_at"])
        }
        private func moment(_ value: JSON) throws -> String { String(try #require(value.text).dropLast()) }

        func receipts() throws -> [Int?] {
            let receipts = try li.done("receipts")
            return ["local", "branch", "hq"].map { receipts[$0].number }
        }
    }

    private func play(_ story: (World) throws -> Void) throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            #expect(try eventually(within: 20) { try perth.isDrained() })
            let li = try tiers.device("li", at: perth)
            #expect(try eventually(within: 20) { try tiers.hq.verb("get", machine).exit == 0 && perth.isDrained() })
            try perth.stop()
            try tiers.hq.stop()
            try story(World(tiers: tiers, perth: perth, li: li, machine: machine))
        }
    }

    @Test("A week by bundles alone: all hold the same at its end, and the device knows that its work is at HQ")
    func week() throws {
        try play { world in
            let (li, perth, hq) = (world.li, world.perth, world.tiers.hq)
            for day in 1...5 {
                try li.done("set", world.machine, "notes+=day \(day)", "cycles+=1")
                try hq.done("set", world.machine, "notes+=hq \(day)")
                try perth.done("set", world.machine, "notes+=perth \(day)")
                #expect(try world.receipts()[0] == 1)
                let taken = try world.carry(li, to: perth, "li-\(day)")
                #expect(taken["applied"] == .number(1), "\(taken)")
                #expect(try world.receipts()[0] == 0, "the answer says that it is at the branch")
                let (seen, exchanged) = try (world.seen(), world.exchanged())
                #expect(seen > exchanged, "the device was seen at the branch since the branch exchanged")
                try world.carryUp(perth, "perth-\(day)")
                #expect(try world.exchanged() > seen, "a bundle is an exchange, too")
            }
            try world.carry(li, to: perth, "last")
            #expect(try world.receipts() == [0, 0, 5])
            #expect(try Dumps.agree([hq.dump(), perth.dump(), li.dump()]))
            #expect(try world.notes(at: hq).count == 15)
            #expect(try hq.done("get", world.machine)["fields"]["cycles"] == .number(5))
            for node in [hq, perth] { #expect(try node.verb("verify").exit == 0) }
            // The network is back: nothing is left to tell, and nothing is told twice.
            try hq.serve()
            try perth.serve()
            let sync = try li.done("sync")
            #expect(sync["sent"] == .number(0) && sync["received"] == .number(0), "\(sync)")
            #expect(try eventually(within: 20) { try perth.isDrained() })
            #expect(try Tiers.agree([hq, perth], [li]))
        }
    }

    @Test("What is exported counts as nothing until an answer comes back")
    func exported() throws {
        try play { world in
            try world.li.done("set", world.machine, "notes+=told")
            let up = world.file("a")
            let exported = try world.li.done("bundle", "export", up)
            #expect(exported["sets"] == .number(1) && exported["for"] == .null, "\(exported)")
            #expect(try world.receipts() == [1, 0, 0])
            #expect(try world.li.done("status")["pending"] == .number(1))
            #expect(try world.li.done("bundle", "export", world.file("b"))["sets"] == .number(1))
            let again = try world.li.verb("bundle", "export", up)
            #expect(again.exit == 4)
            #expect(try again.error["code"] == .text("exists"))
            for outcome in [
                try world.li.verb("bundle", "export", "-"), try world.li.verb("bundle", "import", "-"),
                try world.perth.verb("bundle", "export", "-"), try world.perth.verb("bundle", "import", "-"),
                try world.perth.verb("bundle", "import", up, "--answer", "-"),
            ] { #expect(try outcome.isRefused(2, "usage"), "\(outcome)") }
        }
    }

    @Test("In any order and twice the outcome is the same, and an older answer after a newer one changes nothing")
    func anyOrder() throws {
        try play { world in
            let (li, perth) = (world.li, world.perth)
            var names: [String] = []
            for index in 1...3 {
                try li.done("set", world.machine, "notes+=\(index)", "cycles+=1")
                names.append(world.file("up\(index)"))
                try li.done("bundle", "export", names[index - 1])
            }
            for (index, name) in [2, 0, 2, 1, 0].enumerated() {
                let taken = try perth.done("bundle", "import", names[name], "--answer", world.file("down\(index)"))
                #expect(taken["applied"] == .number(index == 0 ? 3 : 0), "\(taken)")
                try perth.done("set", world.machine, "notes+=perth \(index)")
            }
            let newest = try li.done("bundle", "import", world.file("down4"))
            #expect(newest["older"] == .flag(false) && newest["complete"] == .flag(true))
            let dump = try li.dump()
            #expect(try li.done("bundle", "import", world.file("down4"))["states"] == .number(0))
            for index in [0, 3, 2] {
                let older = try li.done("bundle", "import", world.file("down\(index)"))
                #expect(older["older"] == .flag(true) && older["states"] == .number(0), "\(older)")
            }
            #expect(try li.dump() == dump)
            #expect(try world.receipts() == [0, 3, 0])
            #expect(try world.notes(at: perth).count == 8)
            #expect(try perth.done("get", world.machine)["fields"]["cycles"] == .number(3))
        }
    }

    @Test("A bundle that goes on behind what is known says what is missing and from whom, and is taken after that")
    func gap() throws {
        try play { world in
            let (li, perth, hq) = (world.li, world.perth, world.tiers.hq)
            try li.done("set", world.machine, "notes+=1")
            try world.carry(li, to: perth, "first")
            try world.carryUp(perth, "first-hq")
            try world.carry(li, to: perth, "receipt")
            #expect(try world.receipts() == [0, 0, 1])
            // Another branch, which has heard of nothing since it was made.
            try hq.serve()
            let sydney = try world.tiers.branch("sydney")
            try hq.stop()
            try sydney.stop()
            try li.done("set", world.machine, "notes+=2")
            let late = world.file("late")
            try li.done("bundle", "export", late)
            let told = try sydney.verb("bundle", "import", late, "--answer", world.file("told"))
            #expect(told.exit == 12, "\(told)")
            let missing = try told.json["missing"][0]
            #expect(missing["of"] == .text("li") && missing["from"] == .number(1) && missing["to"] == .number(1))
            #expect(try sydney.command(["bundle", "import", late]).run().text.contains("bundle export --all"))
            #expect(try sydney.command(["bundle", "import", late, "--lang", "zh"]).run().text.contains("此处缺少 li"))
            // The answer says where that branch stands; so does --all without one.
            try li.done("bundle", "export", world.file("all"), "--all")
            try li.done("bundle", "import", world.file("told"))
            let more = try li.done("bundle", "export", world.file("more"))
            #expect(more["sets"] == .number(2), "\(more)")
            #expect(try sydney.done("bundle", "import", world.file("all"))["missing"].items == [])
            #expect(try sydney.done("bundle", "import", late)["duplicate"] == .number(1))
            try world.carryUp(sydney, "roamed")
            #expect(try world.notes(at: hq).contains("2"), "a branch that is not the device's home relays it")
        }
    }

    @Test("Pages that go on behind a device's checkpoint are a gap, and join after the bundle before them")
    func gapBelow() throws {
        try play { world in
            let (li, perth) = (world.li, world.perth)
            let before = try li.cloned(as: "li-before")
            try perth.done("set", world.machine, "notes+=1")
            try world.carry(li, to: perth, "a")
            try perth.done("set", world.machine, "notes+=2")
            try li.done("bundle", "export", world.file("b.up"))
            try perth.done("bundle", "import", world.file("b.up"), "--answer", world.file("b.down"))
            let early = try before.verb("bundle", "import", world.file("b.down"))
            #expect(early.exit == 12)
            #expect(try early.json["missing"][0]["of"] == .text("perth"))
            #expect(try early.json["states"] == .number(0))
            #expect(try before.done("get", world.machine)["fields"]["notes"].texts == [])
            try before.done("bundle", "import", world.file("a.down"))
            let late = try before.done("bundle", "import", world.file("b.down"))
            #expect(late["complete"] == .flag(true) && late["missing"].items == [])
            #expect(try Dumps.agree([before.dump(), perth.dump()]))
        }
    }

    @Test("Changed, cut, foreign, addressed to another or no bundle: nothing of it is taken", .timeLimit(.minutes(3)))
    func bad() throws {
        try play { world in
            let (li, perth) = (world.li, world.perth)
            try li.done("set", world.machine, "notes+=bad")
            let good = world.file("good")
            try li.done("bundle", "export", good)
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: good)))
            let dump = try perth.dump()
            func refused(_ content: [UInt8]) throws -> Outcome {
                let path = world.file("bad")
                try Data(content).write(to: URL(filePath: path))
                return try perth.verb("bundle", "import", path, "--answer", world.file("none"))
            }
            var flipped = bytes
            flipped[bytes.count / 2] ^= 16
            let short = [1, 300].map { Array(bytes.dropLast($0)) }
            for content in [flipped, [], Array("%PDF-1.7".utf8)] + short {
                let outcome = try refused(content)
                #expect(outcome.exit == 14)
                #expect(try outcome.error["code"] == .text("bad_signature"))
            }
            #expect(try perth.verb("bundle", "import", world.file("nowhere")).exit == 3)
            #expect(try perth.verb("bundle", "import", world.tiers.folder.path).exit == 74)
            #expect(!FileManager.default.fileExists(atPath: world.file("none")))
            // A device takes nobody's runs, nor an answer that is for somebody else.
            try world.tiers.hq.serve()
            try perth.serve()
            let wang = try world.tiers.device("wang", at: perth)
            try perth.stop()
            let carrier = try wang.verb("bundle", "import", good)
            #expect(carrier.exit == 4)
            try perth.done("bundle", "import", good, "--answer", world.file("answer"))
            let other = try wang.verb("bundle", "import", world.file("answer"))
            #expect(other.exit == 4)
            #expect(try other.error["message"].text?.contains("li") == true)
            #expect(try li.verb("bundle", "import", good).exit == 2)
            let foreign = try Tiers()
            defer { foreign.end() }
            let elsewhere = try foreign.hq.verb("bundle", "import", good)
            #expect(elsewhere.exit == 14)
            #expect(try elsewhere.error["code"] == .text("untrusted"))
            #expect(dump != (try perth.dump()))
        }
    }

    @Test("A device that was revoked brings nothing in, a suspended one after it was resumed")
    func standing() throws {
        try play { world in
            let (li, perth) = (world.li, world.perth)
            try li.done("set", world.machine, "notes+=stolen")
            let up = world.file("up")
            try li.done("bundle", "export", up)
            let id = try #require(try perth.done("device", "list")["items"][0]["id"].text)
            try perth.done("device", "suspend", id)
            #expect(try perth.verb("bundle", "import", up).exit == 11)
            try perth.done("device", "resume", id)
            #expect(try perth.done("bundle", "import", up)["applied"] == .number(1))
            try li.done("set", world.machine, "notes+=again")
            try li.done("bundle", "export", world.file("again"))
            try perth.done("device", "revoke", id)
            let revoked = try perth.verb("bundle", "import", world.file("again"))
            #expect(revoked.exit == 17)
            #expect(try revoked.error["message"].text?.contains("li") == true)
            #expect(try world.notes(at: perth) == ["stolen"])
        }
    }

    @Test(
        "A new device's first exchange may be by bundle; what it brings is judged, and its author learns of a refusal")
    func refused() throws {
        try play { world in
            let perth = world.perth
            try world.tiers.hq.serve()
            try perth.serve()
            try perth.done(
                "user", "add", "--name", "wang", "--display", "Wang", "--role", "technician", "--role", "parts_keeper")
            let code = try #require(try perth.done("device", "invite", "--user", "wang")["code"].text)
            let wang = try FieldDevice("wang", in: world.tiers.folder)
            try wang.done("enroll", perth.url, "--code", code, "--name", "wang", "--key-file", wang.keyFile)
            try perth.stop()
            // Before it knows of its owner's roles, a device lets him write anything.
            try wang.done("new", "product", "code=X1")
            let taken = try world.carry(wang, to: perth, "wang")
            #expect(taken["refused"] == .number(1) && taken["applied"] == .number(0), "\(taken)")
            #expect(try wang.done("rejected")["items"].items.count == 1)
            #expect(try wang.done("status")["rejected"] == .number(1))
            #expect(try wang.verb("bundle", "import", world.file("wang.down")).json["states"] == .number(0))
            #expect(try Dumps.agree([wang.dump(), perth.dump()]))
        }
    }

    @Test("A copy of a device learns from an answer that it is one, and nothing that either wrote is lost")
    func copies() throws {
        try play { world in
            let (li, perth) = (world.li, world.perth)
            let copy = try li.imaged(as: "copy")
            try li.done("set", world.machine, "notes+=first", "cycles+=1")
            try copy.done("set", world.machine, "notes+=second", "cycles+=1")
            try world.carry(li, to: perth, "li")
            let before = try copy.done("status")["replica"]
            try world.carry(copy, to: perth, "copy-1")
            #expect(try copy.done("status")["replica"] != before)
            try world.carry(copy, to: perth, "copy-2")
            #expect(try world.notes(at: perth).sorted() == ["first", "second"])
            #expect(try perth.done("get", world.machine)["fields"]["cycles"] == .number(2))
            #expect(try Dumps.agree([copy.dump(), perth.dump()]))
            let now = try copy.done("status")["replica"]
            try copy.done("bundle", "import", world.file("copy-1.down"))
            #expect(try copy.done("status")["replica"] == now, "it is told twice, and takes a new id once")
        }
    }

    @Test("A node that serves takes bundles too, and HQ's whole fills a branch whose line is down")
    func serving() throws {
        try play { world in
            let (li, perth, hq) = (world.li, world.perth, world.tiers.hq)
            try perth.serve()
            try li.done("set", world.machine, "notes+=served")
            try world.carry(li, to: perth, "a")
            #expect(try world.receipts() == [0, 1, 0])
            try hq.done("set", world.machine, "notes+=hq")
            #expect(try hq.verb("bundle", "export", world.file("nobody's")).exit == 2, "everybody holds other records")
            let whole = try hq.done("bundle", "export", world.file("whole"), "--for", "perth")
            #expect(try #require(whole["states"].number) > 3)
            let taken = try perth.done("bundle", "import", world.file("whole"))
            #expect(taken["kind"] == .text("hq") && taken["complete"] == .flag(true))
            #expect(try Set(world.notes(at: perth)) == ["served", "hq"])
            // The whole says nothing of what is held no more: it moves no checkpoint, and may be joined again.
            #expect(try perth.done("bundle", "import", world.file("whole"))["complete"] == .flag(true))
            #expect(try Set(world.notes(at: perth)) == ["served", "hq"])
        }
    }

    @Test("A full disk leaves no half bundle behind")
    func fullDisk() throws {
        try play { world in
            try world.li.done("set", world.machine, "notes+=\(String(repeating: "x", count: 20_000))")
            let disk = try SmallDisk(at: world.tiers.folder.appending(path: "stick"), kilobytes: 64)
            defer { disk.unmount() }
            try disk.fill()
            let outcome = try world.li.verb("bundle", "export", world.file("stick/a"))
            #expect(outcome.exit == 15, "\(outcome)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: world.file("stick")) == ["ballast"])
            try disk.empty()
            #expect(try world.li.done("bundle", "export", world.file("stick/a"))["sets"] == .number(1))
        }
    }
}
