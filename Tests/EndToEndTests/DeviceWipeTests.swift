import Foundation
import KeyringShim
import SyncWire
import Testing

@Suite("A device erases itself at its next contact, or becomes another person's")
struct DeviceWipeTests {
    private static let secret = "wipe-canary-4711"

    private func id(of login: String, at node: ServedNode) throws -> String {
        let devices = try node.done("device", "list")["items"].items
        return try #require(devices.first { $0["user"] == .text(login) }?["id"].text)
    }

    private func listed(_ id: String, at node: ServedNode) throws -> JSON {
        try node.done("device", "list")["items"].items.first { $0["id"] == .text(id) } ?? .null
    }

    private func userID(_ login: String, at node: ServedNode) throws -> String {
        let users = try node.done("list", "user")["items"].items
        return try #require(users.first { $0["fields"]["login"] == .text(login) }?["id"].text)
    }

    /// Somebody who may have the device next.
    private func addSuccessor(at node: ServedNode) throws {
        let roles = Tiers.everywhere.flatMap { ["--role", $0] }
        let added = try node.command(["user", "add", "--name", "wang", "--display", "Mr wang", "--json"] + roles).run()
        try #require(added.exit == 0, "\(added)")
    }

    /// The lock of a command that has the replica open; whoever closes it ends the command.
    private func heldOpen(_ device: FieldDevice) throws -> Int32 {
        let use = open(device.folder.appending(path: "use.lock").path, O_RDWR)
        try #require(flock(use, LOCK_SH) == 0)
        return use
    }

    /// Its last exchange was more than an hour ago.
    private func forgetAuditAsked(_ device: FieldDevice) throws {
        try device.sql("DELETE FROM meta WHERE key = 'audit_asked'")
    }

    private static let locks: Set = ["use.lock", "exchange.lock", "blobs.lock"]

    /// The files that hold keys, records or attachments.
    private func contents(_ device: FieldDevice) throws -> [String: Data] {
        try device.files().filter { !Self.locks.contains($0.key) && !["wiped", "ca.pem"].contains($0.key) }
    }

    @Test("What it had not sent comes in first; then nothing is left of it, and it says so, everywhere")
    func wipe() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let machine = try tiers.machine(at: perth, serial: Self.secret)
            let li = try tiers.device("li", at: perth)
            try li.done("set", machine, "notes+=last work")
            let photo = tiers.folder.appending(path: "photo.jpg")
            try Data(repeating: 5, count: 5_000).write(to: photo)
            try li.done("attach", machine, photo.path)
            try forgetAuditAsked(li)
            for draft in ["data.keys.part", "replica.db.rotating-wal", "next.db.new"] {
                try Data(Self.secret.utf8).write(to: li.folder.appending(path: draft))
            }
            let id = try id(of: "li", at: perth)
            #expect(try eventually(within: 20) { try listed(id, at: tiers.hq) != .null })
            #expect(try tiers.hq.done("device", "wipe", id, "--reason", "left")["state"] == .text("wiping"))
            #expect(try eventually(within: 20) { try listed(id, at: perth)["state"] == .text("wiping") })
            #expect(try li.verb("sync").isRefused(17, "wiped"))
            #expect(try perth.done("get", machine)["fields"]["notes"].texts == ["last work"])
            #expect(try perth.done("attachments")["items"].items.count == 1)
            #expect(try Set(li.files().keys) == Self.locks.union(["wiped"]))
            for verb in ["sync", "status", "today"] { #expect(try li.verb(verb).isRefused(17, "wiped")) }
            for node in [perth, tiers.hq] {
                #expect(try eventually(within: 20) { try listed(id, at: node)["state"] == .text("wiped") })
                #expect(try listed(id, at: node)["wiped_at"].text != nil)
            }
            #expect(try listed(id, at: perth)["pending"] == .number(0))
            // The machine may be somebody's again, under another key.
            let code = try #require(try perth.done("device", "invite", "--user", "li")["code"].text)
            try li.done("enroll", perth.url, "--code", code, "--key-file", li.keyFile)
            try li.sync()
            #expect(try li.done("get", machine)["fields"]["notes"].texts == ["last work"])
        }
    }

    @Test("Nothing of an erased device stays in the kernel's keyring", .enabled(if: SealedTests.hasKeyring))
    func keyring() throws {
        try Tiers.play { tiers in
            let li = try tiers.device("li", at: tiers.hq)
            try li.done("unlock")
            defer { _ = try? li.verb("lock") }
            let locked = try #require(try li.files()["data.keys"])
            let name = try #require(LockedKeys(text: String(decoding: locked, as: UTF8.self))?.name)
            var room = [UInt8](repeating: 0, count: Int(KS_BYTES_MAX))
            #expect(ks_get("fieldsync:\(name)", &room, room.count) > 0)
            try tiers.hq.done("device", "wipe", id(of: "li", at: tiers.hq))
            #expect(try li.verb("sync").isRefused(17, "wiped"))
            #expect(ks_get("fieldsync:\(name)", &room, room.count) == -1)
        }
    }

    @Test(
        "A wipe whose line breaks before the work is in shows nothing and waits; one that has nobody to tell tells later"
    )
    func interrupted() throws {
        try Tiers.play(serving: ["--plain-http"]) { tiers in
            let line = try LossyLine(to: try #require(Int(tiers.hq.port)))
            defer { line.stop() }
            let machine = try tiers.machine(at: tiers.hq, serial: Self.secret)
            let li = try tiers.device("li", at: tiers.hq, url: line.url)
            try li.done("set", machine, "notes+=last work")
            let id = try id(of: "li", at: tiers.hq)
            try tiers.hq.done("device", "wipe", id)
            line.lose(1, answersTo: "/v1/push")
            #expect(try li.verb("sync").exit == 10)
            #expect(try li.verb("get", machine).isRefused(17, "wiped"))
            #expect(try li.verb("set", machine, "notes+=too late").isRefused(17, "wiped"))
            #expect(try !contents(li).isEmpty)
            line.lose(1, answersTo: "/v1/wiped")
            // Another command that stays does not keep it off.
            let use = try heldOpen(li)
            defer { close(use) }
            let untold = try li.verb("sync")
            #expect(try untold.isRefused(17, "wiped") && untold.complaint.contains("does not know it yet"), "\(untold)")
            #expect(try contents(li).isEmpty)
            #expect(try li.verb("enroll", line.url, "--code", "X", "--key-file", li.keyFile).isRefused(17, "wiped"))
            #expect(try li.verb("sync").isRefused(17, "wiped"))
            #expect(try listed(id, at: tiers.hq)["state"] == .text("wiped"))
            #expect(try tiers.hq.done("get", machine)["fields"]["notes"].texts == ["last work"])
            let orders = try tiers.hq.done("device", "show", id)["orders"].items.map(\.["kind"])
            #expect(orders == [.text("wipe"), .text("wiped")])
        }
    }

    @Test("A stolen device does not send its work first")
    func stolen() throws {
        try Tiers.play { tiers in
            let machine = try tiers.machine(at: tiers.hq, serial: Self.secret)
            let li = try tiers.device("li", at: tiers.hq)
            try li.done("set", machine, "notes+=a thief's")
            let id = try id(of: "li", at: tiers.hq)
            try tiers.hq.done("device", "compromised", id)
            try tiers.hq.done("device", "wipe", id)
            #expect(try li.verb("sync").isRefused(17, "wiped"))
            #expect(try contents(li).isEmpty)
            #expect(try listed(id, at: tiers.hq)["pending"] == .number(1))
        }
    }

    @Test("A watch obeys within seconds")
    func watched() throws {
        try Tiers.play { tiers in
            let machine = try tiers.machine(at: tiers.hq, serial: Self.secret)
            let li = try tiers.device("li", at: tiers.hq)
            try li.done("set", machine, "notes+=sent")
            let watch = try li.command(["sync", "--watch", "--json"]).start()
            _ = try watch.firstLine()
            let id = try id(of: "li", at: tiers.hq)
            try tiers.hq.done("device", "wipe", id)
            let outcome = try watch.outcome(within: 30)
            #expect(try outcome.isRefused(17, "wiped"), "\(outcome)")
            #expect(try listed(id, at: tiers.hq)["state"] == .text("wiped"))
            #expect(try contents(li).isEmpty)
        }
    }

    @Test("A device goes to another person without a byte of the first one's, whose work is in and his")
    func handover() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let machine = try tiers.machine(at: perth, serial: Self.secret)
            let li = try tiers.device("li", at: perth)
            try addSuccessor(at: perth)
            try li.done("set", machine, "notes+=by li")
            try forgetAuditAsked(li)
            let id = try id(of: "li", at: perth)
            let before = try li.done("status")["replica"]
            try Data(Self.secret.utf8).write(to: li.folder.appending(path: "data.keys.part"))
            let filesBefore = try contents(li)
            #expect(try perth.verb("device", "handover", id, "--to", "nobody").exit == 3)
            try perth.done("device", "handover", id, "--to", "wang")
            // Another node takes the work, but cannot certify the device anew.
            #expect(try eventually(within: 20) { try listed(id, at: tiers.hq)["state"] == .text("leaving") })
            let elsewhere = try li.verb("sync", "--upstream", tiers.hq.url)
            #expect(elsewhere.exit == 12 && elsewhere.complaint.contains(perth.url), "\(elsewhere)")
            // The first one's account may be closed already: his work comes in all the same.
            try perth.done("set", try userID("li", at: perth), "active=false")
            let done = try li.done("sync")
            #expect(done["handed_over"] == .flag(true) && done["user"] == .text("wang"))
            let files = try contents(li)
            #expect(Set(files.keys).isSubset(of: ["data.keys", "device.key", "replica.db"]), "\(files.keys)")
            #expect(Set(files.values).isDisjoint(with: filesBefore.values))
            #expect(try li.done("list", "asset")["items"].items.isEmpty)
            try li.sync()
            let after = try li.done("status")
            #expect(after["user"] == .text("wang") && after["replica"] != before)
            try li.done("set", machine, "notes+=by wang")
            try li.sync()
            #expect(
                try eventually(within: 20) {
                    try perth.done("get", machine)["fields"]["notes"].texts == ["by li", "by wang"]
                })
            let history = try perth.done("history", machine, "--field", "notes")["items"].items
            #expect(history.map(\.["author_name"]) == [.text("Mr wang"), .text("Mr li")])
            #expect(try listed(id, at: perth)["state"] == .text("handed_over"))
            let successor = try #require(try listed(id, at: perth)["successor"].text)
            #expect(try listed(successor, at: perth)["user"] == .text("wang"))
            #expect(try perth.verb("device", "resume", id).exit == 4)
            #expect(try eventually(within: 20) { try listed(successor, at: tiers.hq)["state"] == .text("active") })
        }
    }

    @Test("A handover waits while something cannot be sent, and is taken back by resume")
    func waits() throws {
        try Tiers.play { tiers in
            let machine = try tiers.machine(at: tiers.hq, serial: Self.secret)
            let li = try tiers.device("li", at: tiers.hq)
            try addSuccessor(at: tiers.hq)
            let photo = tiers.folder.appending(path: "photo.jpg")
            try Data(repeating: 5, count: 5_000).write(to: photo)
            try li.done("attach", machine, photo.path)
            let blob = try #require(try li.files().first { $0.key.hasPrefix("blobs/") })
            let file = li.folder.appending(path: blob.key)
            // Bytes that are not those of their name are taken by no node.
            try Data(repeating: 6, count: 5_000).write(to: photo)
            try li.done("attach", machine, photo.path)
            let other = try #require(try li.files().first { $0.key.hasPrefix("blobs/") && $0.key != blob.key })
            try other.value.write(to: file)
            let id = try id(of: "li", at: tiers.hq)
            try tiers.hq.done("device", "handover", id, "--to", "wang")
            let waits = try li.verb("sync")
            #expect(waits.exit == 12 && waits.complaint.contains("handover waits"), "\(waits)")
            #expect(try li.verb("get", machine).exit == 0)
            try tiers.hq.done("device", "resume", id)
            try blob.value.write(to: file)
            try li.sync()
            #expect(try li.done("status")["user"] == .text("li"))
            // What another command might just be writing is waited for too.
            try tiers.hq.done("device", "handover", id, "--to", "wang")
            let use = try heldOpen(li)
            #expect(try li.verb("sync").exit == 75)
            close(use)
            #expect(try listed(id, at: tiers.hq)["state"] == .text("leaving"))
            #expect(try li.done("sync")["user"] == .text("wang"))
        }
    }

    @Test("A device that a passphrase opens waits for the next person's", .enabled(if: SealedTests.hasKeyring))
    func passphrase() throws {
        let world = try CLIWorld()
        try world.serve()
        for login in ["wei", "wang"] { _ = try world.person(login) }
        let given = try ["his", "hers"].map { word in
            let file = world.folder.appending(path: word)
            try Data("open \(word)\n".utf8).write(to: file)
            return ["FIELD_PASSPHRASE_FILE": file.path]
        }
        let code = try world.node("device", "invite", "--user", "wei").text("code")
        let enrolled = try world.field("tablet", ["enroll", world.url, "--code", code, "--name", "tablet"], given[0])
        #expect(enrolled.exit == 0, "\(enrolled)")
        #expect(try world.field("tablet", ["unlock"], given[0]).exit == 0)
        defer { _ = try? world.field("tablet", "lock") }
        let id = try #require(try world.node("device", "list").items.first?["id"] as? String)
        #expect(try world.node("device", "handover", id, "--to", "wang").exit == 0)
        let waits = try world.field("tablet", "sync")
        #expect(waits.exit == 12 && waits.err.contains("choose a passphrase"), "\(waits)")
        #expect(try world.field("tablet", ["sync"], given[1]).exit == 0)
        #expect(try world.field("tablet", "status").exit == 11)
        #expect(try world.field("tablet", ["status"], given[0]).exit == 11)
        #expect(try world.field("tablet", ["status", "--json"], given[1]).text("user") == "wang")
    }

    @Test(
        "Where the line breaks when the device is handed over already, what its person does until the next sync counts")
    func answerLost() throws {
        try Tiers.play(serving: ["--plain-http"]) { tiers in
            let line = try LossyLine(to: try #require(Int(tiers.hq.port)))
            defer { line.stop() }
            let machine = try tiers.machine(at: tiers.hq, serial: Self.secret)
            let li = try tiers.device("li", at: tiers.hq, url: line.url)
            try addSuccessor(at: tiers.hq)
            let id = try id(of: "li", at: tiers.hq)
            try tiers.hq.done("device", "handover", id, "--to", "wang")
            line.lose(1, answersTo: "/v1/handover")
            #expect(try li.verb("sync").exit == 10)
            #expect(try listed(id, at: tiers.hq)["state"] == .text("handed_over"))
            try li.done("set", machine, "notes+=meanwhile")
            #expect(try li.done("sync")["user"] == .text("wang"))
            let history = try tiers.hq.done("history", machine, "--field", "notes")["items"].items
            #expect(history.map(\.["author_name"]) == [.text("Mr li")])
            #expect(try li.done("status")["user"] == .text("wang"))
        }
    }

    @Test("A handover that is broken off after any of its steps here is gone on with, alone", arguments: 0...3)
    func brokenOff(after steps: Int) throws {
        try Tiers.play { tiers in
            let machine = try tiers.machine(at: tiers.hq, serial: Self.secret)
            let li = try tiers.device("li", at: tiers.hq)
            try addSuccessor(at: tiers.hq)
            let photo = tiers.folder.appending(path: "photo.jpg")
            try Data(repeating: 5, count: 5_000).write(to: photo)
            try li.done("attach", machine, photo.path)
            let old = try contents(li)
            try tiers.hq.done("device", "handover", id(of: "li", at: tiers.hq), "--to", "wang")
            try li.done("sync")
            // As it was when so many files had been put into their places.
            let moves = [("data.keys", "data.keys.next"), ("device.key", "device.key.next"), ("replica.db", "next.db")]
            for (name, next) in moves.dropFirst(min(steps, 2)) {
                let file = li.folder.appending(path: name)
                try FileManager.default.moveItem(at: file, to: li.folder.appending(path: next))
            }
            let left = moves.dropFirst(steps).map(\.0)
            for (name, bytes) in old where left.contains(name) || steps < 3 && name.hasPrefix("blobs/") {
                let file = li.folder.appending(path: name)
                let folder = file.deletingLastPathComponent()
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try bytes.write(to: file)
            }
            let use = try heldOpen(li)
            #expect(try li.verb("status").exit == 75, "it went on while somebody had the replica open")
            close(use)
            #expect(try li.done("status")["user"] == .text("wang"))
            #expect(
                try Set(contents(li).keys).isSubset(of: ["data.keys", "device.key", "replica.db", "replica.db-unsent"]))
            try li.sync()
            #expect(try li.done("get", machine)["type"] == .text("asset"))
        }
    }
}
