import Foundation
import Testing

@Suite("Orders about devices count at every node, whoever gave them")
struct DeviceOrderTests {
    private func device(_ id: String, at node: ServedNode) throws -> JSON {
        try node.done("device", "list")["items"].items.first { $0["id"] == .text(id) } ?? .null
    }

    private func id(of login: String, at node: ServedNode) throws -> String {
        let devices = try node.done("device", "list")["items"].items
        return try #require(devices.first { $0["user"] == .text(login) }?["id"].text)
    }

    private func isRefused(_ device: FieldDevice, at node: ServedNode, _ exit: Int32) throws -> Bool {
        try device.verb("sync", "--upstream", node.url).exit == exit
    }

    @Test("A device that its branch revokes is refused at HQ and at every other branch within seconds")
    func everywhere() throws {
        try Tiers.play { tiers in
            let (perth, guangzhou) = (try tiers.branch("perth"), try tiers.branch("guangzhou"))
            let li = try tiers.device("li", at: perth)
            let nodes = [perth, tiers.hq, guangzhou]
            for node in nodes { try li.sync("--upstream", node.url) }
            let id = try id(of: "li", at: perth)
            for (verb, exit) in [("suspend", Int32(11)), ("resume", 0), ("revoke", 17)] {
                try perth.done("device", verb, id, "--reason", "lost")
                // Within 5 s where nobody else keeps the machine busy.
                for node in nodes {
                    #expect(try eventually(within: 20) { try isRefused(li, at: node, exit) }, "\(verb)")
                }
            }
            let seen = try device(id, at: tiers.hq)
            #expect(seen["state"] == .text("revoked") && seen["reason"] == .text("lost"))
            #expect(seen["branch"] == .text("perth") && seen["user"] == .text("li"))
            #expect(try tiers.hq.verb("device", "resume", id).exit == 4)
            let orders = try tiers.hq.done("device", "show", id)["orders"].items
            #expect(orders.map(\.["kind"]) == ["suspend", "resume", "revoke"].map(JSON.text))
        }
    }

    @Test("A branch that was away refuses a device as soon as it has exchanged")
    func away() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let li = try tiers.device("li", at: perth)
            let id = try id(of: "li", at: perth)
            #expect(try eventually(within: 20) { try device(id, at: tiers.hq) != .null })
            try perth.stop()
            try tiers.hq.done("device", "revoke", id)
            try tiers.hq.kill()
            try perth.serve()
            #expect(try li.verb("sync").exit == 0)
            try tiers.hq.serve()
            #expect(try eventually(within: 20) { try li.verb("sync").exit == 17 })
        }
    }

    @Test("A watch ends when its device is revoked, and says so")
    func watch() throws {
        try Tiers.play { tiers in
            let machine = try tiers.machine(at: tiers.hq, serial: "EX-1")
            let li = try tiers.device("li", at: tiers.hq)
            try li.done("set", machine, "notes+=before")
            let watch = try li.command(["sync", "--watch", "--json"]).start()
            _ = try watch.firstLine()
            try tiers.hq.done("device", "revoke", try id(of: "li", at: tiers.hq))
            let outcome = try watch.outcome(within: 30)
            #expect(try outcome.exit == 17 && outcome.error["code"] == .text("revoked"), "\(outcome)")
        }
    }

    @Test("The manager of a branch orders about its devices, and about no others; a technician about none")
    func managers() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let li = try tiers.device("li", at: perth)
            let zhao = try tiers.device("zhao", at: tiers.hq)
            let branch = try #require(
                try tiers.hq.done("list", "branch")["items"].items.first { $0["fields"]["name"] == .text("perth") })
            try perth.done(
                "user", "add", "--name", "chen", "--display", "Chen", "--role", "branch_manager", "--branch",
                try #require(branch["id"].text))
            let chen = try FieldDevice("chen", in: tiers.folder)
            let code = try #require(try perth.done("device", "invite", "--user", "chen")["code"].text)
            try chen.done("enroll", perth.url, "--code", code, "--key-file", chen.keyFile)
            try chen.sync()
            let (lis, zhaos) = (try id(of: "li", at: perth), try id(of: "zhao", at: tiers.hq))
            #expect(try li.verb("new", "device_order", "device=\(lis)", "kind=revoke").exit == 4)
            try chen.done("new", "device_order", "device=\(lis)", "kind=revoke", "reason=lost")
            #expect(try chen.verb("new", "device_order", "device=\(lis)", "kind=wiped").exit == 4)
            try chen.sync()
            #expect(try eventually(within: 20) { try li.verb("sync").exit == 17 })
            #expect(try eventually(within: 20) { try perth.isDrained() })
            // The branch does not know zhao's device, HQ does.
            try chen.done("new", "device_order", "device=\(zhaos)", "kind=revoke")
            #expect(try chen.sync("--upstream", tiers.hq.url)["rejected"] == .number(1))
            #expect(try zhao.verb("sync").exit == 0)
        }
    }

    @Test(
        "What a device made after others had its key waits, directly and through a branch; what it made before counts")
    func compromised() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            #expect(try eventually(within: 20) { try perth.isDrained() })
            let id = try id(of: "li", at: perth)
            try li.done("set", machine, "notes+=before")
            let since = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: 1))
            #expect(eventually(within: 10) { Date() > ISO8601DateFormatter().date(from: since) ?? .distantFuture })
            try li.done("set", machine, "notes+=after")
            try perth.done("device", "compromised", id, "--since", since)
            let pushed = try li.verb("sync")
            #expect(pushed.exit == 17, "\(pushed)")
            func notes(_ node: ServedNode) throws -> [String] { try node.done("get", machine)["fields"]["notes"].texts }
            #expect(try notes(perth) == ["before"])
            #expect(try eventually(within: 20) { try notes(tiers.hq) == ["before"] })
            #expect(try eventually(within: 20) { try tiers.hq.done("attention")["held"].items.count == 1 })
            let held = try perth.done("attention")["held"][0]
            #expect(held["kind"] == .text("compromised") && held["sets"] == .number(1))
            let name = try #require(held["id"].text)
            for (language, words) in [("en", "Ask Mr li"), ("zh", "核实")] {
                let told = try perth.command(["attention", "--lang", language]).run()
                #expect(told.text.contains(words) && told.text.contains("accept \(name)"), "\(told)")
            }
            #expect(try perth.done("accept", name)["records"].items.count == 1)
            for node in [perth, tiers.hq] {
                #expect(try eventually(within: 20) { try notes(node) == ["before", "after"] }, "\(node.name)")
                #expect(try eventually(within: 20) { try node.done("attention")["held"].items.isEmpty }, "\(node.name)")
            }
            #expect(try perth.verb("accept", name).exit == 3)
            for node in [tiers.hq, perth] { #expect(try node.verb("verify").exit == 0) }
        }
    }

    @Test("What was taken in before it was known that others had the key is listed for a person to look at")
    func suspect() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            try li.done("set", machine, "notes+=early")
            try li.sync()
            #expect(try eventually(within: 20) { try perth.isDrained() })
            let id = try id(of: "li", at: perth)
            try tiers.hq.done("device", "compromised", id, "--since", "2020-01-01T00:00:00Z", "--reason", "stolen")
            let held = try tiers.hq.done("attention")["held"][0]
            #expect(held["kind"] == .text("suspect") && held["sets"] == .number(1))
            let name = try #require(held["id"].text)
            #expect(try tiers.hq.verb("accept", name).exit == 3)
            try tiers.hq.done("dismiss", name)
            #expect(try tiers.hq.done("attention")["held"].items.isEmpty)
            #expect(try tiers.hq.done("get", machine)["fields"]["notes"].texts == ["early"])
            // What comes from then on is held, whatever it says of its time.
            try li.done("set", machine, "notes+=late")
            #expect(try li.verb("sync", "--upstream", tiers.hq.url).exit == 17)
            #expect(try tiers.hq.done("attention")["held"][0]["kind"] == .text("compromised"))
            #expect(try tiers.hq.done("device", "list")["items"][0]["state"] == .text("compromised"))
        }
    }
}
