import Foundation
import Testing

extension Outcome {
    /// Whether it was refused as the contract says, with a document that tells what, why and what to do.
    func isRefused(_ exit: Int32, _ code: String) throws -> Bool {
        let error = try self.error
        let isWhole = error.keys == ["code", "message", "hint", "retryable", "details"]
        let isTold = error["message"].text?.isEmpty == false && error["hint"].text?.isEmpty == false
        return self.exit == exit && error["code"] == .text(code) && isWhole && isTold && stdout.isEmpty
    }
}

@Suite("Bad input: a code or key that is wrong, a node that is not there or not ours, a clock, a disk")
struct BadInputTests {
    private static func random(_ path: URL) throws {
        try Data((0..<32).map { _ in UInt8.random(in: 0 ... .max) }).write(to: path)
    }

    private func enroll(_ device: FieldDevice, _ url: String, _ code: String) throws -> Outcome {
        try device.verb("enroll", url, "--code", code, "--name", "tablet", "--key-file", device.keyFile)
    }

    /// Another organisation, with a code for one of its people.
    private func withStranger(_ body: (ServedNode, String) throws -> Void) throws {
        try Tiers.play { tiers in
            try tiers.hq.done(
                "user", "add", "--name", "eve", "--display", "Eve", "--role", "technician", "--role", "parts_keeper")
            let code = try tiers.hq.done("device", "invite", "--user", "eve")["code"].text
            try body(tiers.hq, code ?? "")
        }
    }

    @Test("A code with one wrong letter is mistyped; nothing is asked, and the right one still enrols")
    func mistypedCode() throws {
        let (code, device) = try SharedTiers.invited()
        let url = try SharedTiers.perth.url
        let wrong = (code.first == "7" ? "8" : "7") + code.dropFirst()
        #expect(try enroll(device, url, wrong).isRefused(2, "bad_code"))
        #expect(try enroll(device, "https://127.0.0.1:1", wrong).isRefused(2, "bad_code"))
        #expect(try enroll(device, url, code).exit == 0)
    }

    @Test("A code of another node of this organisation is not known here")
    func codeOfAnotherNode() throws {
        let login = SharedTiers.name("zhao")
        let hq = try SharedTiers.tiers.get().hq
        try hq.done(
            "user", "add", "--name", login, "--display", login, "--role", "technician", "--role", "parts_keeper")
        let code = try #require(try hq.done("device", "invite", "--user", login)["code"].text)
        let device = try FieldDevice(login, in: try SharedTiers.tiers.get().folder)
        #expect(try enroll(device, SharedTiers.perth.url, code).isRefused(11, "code_unknown"))
        #expect(try enroll(device, hq.url, code).exit == 0)
    }

    @Test("A code that another device used is used up")
    func usedCode() throws {
        let (code, device) = try SharedTiers.invited()
        let url = try SharedTiers.perth.url
        #expect(try enroll(device, url, code).exit == 0)
        let second = try FieldDevice("\(device.name)-2", in: try SharedTiers.tiers.get().folder)
        #expect(try enroll(second, url, code).isRefused(11, "code_used"))
        #expect(try second.verb("status").isRefused(11, "not_enrolled"))
    }

    @Test("A node of another organisation is not believed, nor its code taken elsewhere")
    func otherOrganisation() throws {
        let (code, device) = try SharedTiers.invited()
        let enrolled = try SharedTiers.device()
        try withStranger { stranger, theirCode in
            let refused = [
                try enroll(device, stranger.url, code), try enroll(device, SharedTiers.perth.url, theirCode),
                try enrolled.verb("sync", "--upstream", stranger.url),
            ]
            for outcome in refused { #expect(try outcome.isRefused(14, "untrusted"), "\(outcome)") }
        }
        #expect(try enroll(device, SharedTiers.perth.url, code).exit == 0)
        #expect(try enrolled.sync()["complete"] == .flag(true))
    }

    @Test("A node that is not there is offline; what was written stays")
    func unreachable() throws {
        let machine = try SharedTiers.machine()
        let device = try SharedTiers.device()
        try device.done("set", machine, "notes+=kept")
        let outcome = try device.verb("sync", "--upstream", "https://127.0.0.1:1")
        #expect(try outcome.isRefused(10, "offline"))
        #expect(try outcome.error["retryable"] == .flag(true))
        #expect(try device.done("status")["pending"] == .number(1))
        #expect(try device.sync()["sent"] == .number(1))
        #expect(try SharedTiers.perth.done("get", machine)["fields"]["notes"].texts == ["kept"])
    }

    static let nonsense = [
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>",
        "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.fieldsync\r\nContent-Length: 3\r\n\r\n\u{1}\u{0}\u{7}",
        "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "220 smtp.example.com ready\r\n",
        "HTTP/1.1 302 Found\r\nLocation: https://login.example.com/\r\nContent-Length: 0\r\n\r\n",
    ]

    @Test("A node that answers nonsense is unavailable, and costs nothing", arguments: nonsense)
    func garbage(answer: String) throws {
        let server = try ScriptedServer { _ in .close(answer) }
        defer { server.stop() }
        let machine = try SharedTiers.machine()
        let device = try SharedTiers.device()
        try device.done("set", machine, "notes+=kept")
        let outcome = try device.verb("sync", "--upstream", "http://127.0.0.1:\(server.port)")
        #expect(try outcome.isRefused(10, "unavailable"), "\(outcome)")
        #expect(try device.done("status")["pending"] == .number(1))
        #expect(try device.sync()["sent"] == .number(1))
    }

    @Test("Without its key file, or with another, a replica is locked; with it everything is there")
    func locked() throws {
        let machine = try SharedTiers.machine()
        let device = try SharedTiers.device()
        try device.done("set", machine, "notes+=kept")
        let (key, away) = (URL(filePath: device.keyFile), URL(filePath: device.keyFile + ".away"))
        try FileManager.default.moveItem(at: key, to: away)
        #expect(try device.verb("get", machine).isRefused(11, "locked"))
        try Self.random(key)
        #expect(try device.verb("get", machine).isRefused(11, "locked"))
        try FileManager.default.removeItem(at: key)
        try FileManager.default.moveItem(at: away, to: key)
        #expect(try device.done("get", machine)["fields"]["notes"].texts == ["kept"])
    }

    @Test("Where nothing is enrolled every verb says so, and makes nothing")
    func notEnrolled() throws {
        let device = try FieldDevice(SharedTiers.name("nobody"), in: try SharedTiers.tiers.get().folder)
        for verb in ["status", "sync", "today", "receipts", "verify"] {
            #expect(try device.verb(verb).isRefused(11, "not_enrolled"), "\(verb)")
        }
        #expect(!FileManager.default.fileExists(atPath: device.folder.path))
    }

    @Test("A second serve on the same folder is told that it is taken, and the first goes on")
    func secondServe() throws {
        let perth = try SharedTiers.perth
        #expect(try perth.verb("serve", "--listen", "127.0.0.1:0").isRefused(75, "busy"))
        #expect(try perth.done("status")["url"] == .text(perth.url))
    }

    @Test(
        "A full disk is told as one, what was saved before is there, and with room again work goes on",
        .enabled(if: getuid() == 0, "only root may mount a small disk"))
    func fullDisk() throws {
        let machine = try SharedTiers.machine()
        let (code, device) = try SharedTiers.invited()
        let disk = try SmallDisk(at: device.folder, kilobytes: 4_096)
        defer { disk.unmount() }
        try #require(try enroll(device, try SharedTiers.perth.url, code).exit == 0)
        try device.sync()
        try device.done("set", machine, "notes+=saved")
        try disk.fill()
        let outcome = try device.verb("set", machine, "notes+=\(String(repeating: "long ", count: 10_000))")
        #expect(try outcome.isRefused(15, "disk_full"), "\(outcome)")
        try disk.empty()
        #expect(try device.done("get", machine)["fields"]["notes"].texts == ["saved"])
        #expect(try device.verb("verify").exit == 0)
        try device.done("set", machine, "notes+=and more")
        try device.sync()
        #expect(try SharedTiers.perth.done("get", machine)["fields"]["notes"].texts == ["saved", "and more"])
    }

    @Test("A clock that is years off is measured, told and corrected", arguments: ["+5y", "-3y"])
    func wrongClock(offset: String) throws {
        let machine = try SharedTiers.machine()
        let device = try SharedTiers.device()
        func later(_ arguments: String...) throws -> Outcome {
            var command = device.command(arguments + ["--json"])
            command.arguments = ["-f", offset, command.path] + command.arguments
            command.path = "/usr/bin/faketime"
            return try command.run()
        }
        #expect(try later("set", machine, "notes+=by a wrong clock").exit == 0)
        let report = try later("sync")
        #expect(report.exit == 0, "\(report)")
        let offsetDays = (try report.json["offset_ms"].number ?? 0) / 86_400_000
        #expect(offset == "+5y" ? (1824...1827).contains(offsetDays) : (-1096 ... -1094).contains(offsetDays))
        let history = try SharedTiers.perth.done("history", machine, "--field", "notes")["items"]
        let year = try #require(history[0]["at"].text?.prefix(4))
        #expect(String(year) == String(Calendar(identifier: .gregorian).component(.year, from: Date())))
    }
}
