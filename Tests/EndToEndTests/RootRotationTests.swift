import Foundation
import Testing

@Suite("Root key: HQ gets another one, and everybody follows, also who was away for several")
struct RootRotationTests {
    private func rotate(_ hq: ServedNode, _ arguments: String...) throws {
        try hq.stop()
        let outcome = try hq.command(["root", "rotate", "--json"] + arguments).run()
        try #require(outcome.exit == 0, "\(outcome)")
        try hq.serve()
    }

    /// What a device writes comes to HQ, and HQ's receipt back.
    private func expectExchange(_ device: FieldDevice, _ machine: String, _ note: String, _ hq: ServedNode) throws {
        try device.done("set", machine, "notes+=\(note)")
        let arrived = try eventually(within: 40) {
            guard [0, 12].contains(try device.verb("sync").exit) else { return false }
            let receipts = try device.done("receipts")
            return receipts["local"] == .number(0) && receipts["branch"] == .number(0)
        }
        #expect(arrived, "\(note) has no receipt of HQ's")
        #expect(try hq.done("get", machine)["fields"]["notes"].texts.contains(note))
    }

    @Test(
        "Branches and devices follow three rotations that they were away for; old certificates count until they expire")
    func followed() throws {
        try Tiers.play { tiers in
            let (hq, perth) = (tiers.hq, try tiers.branch("perth"))
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            try expectExchange(li, machine, "before", hq)
            try hq.done("root", "backup", "--print")
            try rotate(hq)
            #expect(try hq.done("status")["root_backup_at"] == .null, "the old backup counts")
            try perth.kill()
            try rotate(hq)
            try rotate(hq)
            try perth.serve()
            try expectExchange(li, machine, "after three", hq)
            // Whoever joins now believes what is under the first key, and is believed.
            let guangzhou = try tiers.branch("guangzhou")
            try li.done("set", machine, "notes+=roaming")
            try li.sync("--upstream", guangzhou.url)
            #expect(
                try eventually(within: 30) { try hq.done("get", machine)["fields"]["notes"].texts.contains("roaming") })
            let wang = try tiers.device("wang", at: perth)
            try expectExchange(wang, machine, "of a new device", hq)
            let kinds = try hq.done("audit", "show", "--limit", "1000")["items"].items.map { $0["kind"] }
            #expect(kinds.count { $0 == .text("root_rotated") } == 3)
            for node in [hq, perth, guangzhou] {
                #expect(try node.verb("verify").exit == 0 && node.verb("audit", "verify").exit == 0, "\(node.name)")
                #expect(try node.done("attention")["audit"].items.isEmpty, "\(node.name)")
            }
        }
    }

    @Test("What a compromised key certified is renewed at once, and then goes on")
    func compromised() throws {
        try Tiers.play { tiers in
            let (hq, perth) = (tiers.hq, try tiers.branch("perth"))
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            try expectExchange(li, machine, "before", hq)
            let code = try li.done("status")["replica"]
            try rotate(hq, "--compromised")
            try expectExchange(li, machine, "after", hq)
            #expect(try li.done("status")["replica"] == code)
            let renewed = try eventually(within: 20) {
                let kinds = try perth.done("audit", "show", "--limit", "1000")["items"].items.map { $0["kind"] }
                return kinds.contains(.text("certificate_renewed"))
            }
            #expect(renewed, "the device goes on with a certificate under the old key")
            try perth.stop()
            try perth.serve()
            try expectExchange(li, machine, "after a restart", hq)
        }
    }

    @Test("HQ put back to before the rotation, or made again of the new key alone, is still the one that all follow")
    func backAgain() throws {
        try Tiers.play { tiers in
            let (hq, perth) = (tiers.hq, try tiers.branch("perth"))
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            try expectExchange(li, machine, "before", hq)
            let backup = tiers.folder.appending(path: "backup").path
            try hq.done("backup", backup)
            let second = Int(Date().timeIntervalSince1970)
            _ = eventually(within: 3) { Int(Date().timeIntervalSince1970) > second + 1 }
            try hq.done("new", "account", "name=Later")
            try rotate(hq)
            try expectExchange(li, machine, "rotated", hq)
            try hq.done("backup", backup)
            let page = tiers.folder.appending(path: "page")
            try Data(hq.command(["root", "backup", "--print"]).run().stdout).write(to: page)
            try hq.kill()
            try FileManager.default.removeItem(at: hq.folder)
            let moment = ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: Double(second + 1)))
            try hq.done("restore", backup, "--to", moment)
            try hq.serve()
            try expectExchange(li, machine, "put back", hq)
            try hq.kill()
            try FileManager.default.removeItem(at: hq.folder)
            try hq.done("init", "--role", "hq", "--root-from", page.path)
            try hq.serve()
            // The device's certificates are still under the first key, of which the branch tells.
            try expectExchange(li, machine, "made again", hq)
            #expect(try hq.verb("verify").exit == 0)
        }
    }

    @Test("Without a network a bundle tells of the rotation")
    func byBundle() throws {
        try Tiers.play { tiers in
            let (hq, perth) = (tiers.hq, try tiers.branch("perth"))
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            try expectExchange(li, machine, "before", hq)
            try rotate(hq, "--compromised")
            try perth.done("set", machine, "notes+=of the branch")
            let arrived = try eventually(within: 30) {
                try hq.done("get", machine)["fields"]["notes"].texts.contains("of the branch")
            }
            #expect(arrived)
            try li.done("set", machine, "notes+=by file")
            let (up, down) = (tiers.folder.appending(path: "up"), tiers.folder.appending(path: "down"))
            try li.done("bundle", "export", up.path)
            try perth.done("bundle", "import", up.path, "--answer", down.path)
            let taken = try li.verb("bundle", "import", down.path)
            #expect(taken.exit == 0, "\(taken)")
            #expect(try li.done("get", machine)["fields"]["notes"].texts.contains("of the branch"))
        }
    }

    @Test("A branch has no root key to rotate, and HQ rotates none while it serves")
    func refused() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            #expect(try tiers.hq.verb("root", "rotate").exit == 75)
            try perth.stop()
            #expect(try perth.verb("root", "rotate").exit == 2)
        }
    }
}
