import Foundation
import Testing

@Suite("Root key: HQ is made again of nothing but its backup, and branches and devices take it for theirs")
struct RootRecoveryTests {
    /// HQ, a branch and a device of it, with work of each.
    private struct Before {
        let perth: ServedNode
        let li: FieldDevice
        let machine: String
        let backup: String

        init(_ tiers: Tiers, backup arguments: [String]) throws {
            let hq = tiers.hq
            let outcome = try hq.command(["root", "backup"] + arguments).run()
            try #require(outcome.exit == 0, "\(outcome)")
            backup = outcome.text
            perth = try tiers.branch("perth")
            machine = try tiers.machine(at: perth, serial: "EX-1")
            li = try tiers.device("li", at: perth)
            try li.done("set", machine, "notes+=li", "cycles+=1")
            try hq.done("set", machine, "notes+=hq", "cycles+=1")
            try waitForAgreement(hq)
        }

        /// All three have the same of the machine.
        func waitForAgreement(_ hq: ServedNode) throws {
            let agree = try eventually(within: 60) {
                try li.sync()
                let lines = try [hq.dump(), perth.dump(), li.dump()].map { dump in
                    dump.split(separator: "\n").filter { $0.contains(machine) }
                }
                return Set(lines).count == 1 && lines[0].count == 1
            }
            try #require(agree, "they do not come together")
        }
    }

    /// Ends HQ and takes away all that its machine had.
    private func lose(_ hq: ServedNode) throws {
        try hq.kill()
        try FileManager.default.removeItem(at: hq.folder)
    }

    /// Whether HQ said of all its sets that they are there.
    private func hasReceipt(_ device: FieldDevice) throws -> Bool {
        try eventually(within: 20) {
            try device.sync()
            return try device.done("receipts")["local"] == .number(0) && device.done("receipts")["branch"] == .number(0)
        }
    }

    private func written(_ text: String, _ name: String, _ tiers: Tiers) throws -> String {
        let file = tiers.folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    @Test("From the printed page: all work comes back from the branch, and old and new devices go on")
    func recovered() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            let before = try Before(tiers, backup: ["--print"])
            let dump = try hq.dump()
            let page = try written(before.backup, "page", tiers)
            #expect(try hq.verb("root", "verify", page).exit == 0)
            try lose(hq)
            // Work goes on meanwhile.
            try before.li.done("set", before.machine, "notes+=meanwhile")
            try before.li.sync()
            let made = try hq.done("init", "--role", "hq", "--root-from", page)
            #expect(made["name"] == .text("Acme"))
            try hq.serve()
            let (perth, li) = (before.perth, before.li)
            try before.waitForAgreement(hq)
            let lines = Set(try hq.dump().split(separator: "\n"))
            // But for the machine, which was written to since, and HQ's own people, whom no branch holds, all is as it was.
            let lost = dump.split(separator: "\n").filter { !lines.contains($0) && !$0.contains(before.machine) }
            #expect(lost.count == 1 && lost[0].contains(#""login":["admin"]"#), "\(lost)")
            let notes = try hq.done("get", before.machine)["fields"]["notes"].texts
            #expect(notes.sorted() == ["hq", "li", "meanwhile"])
            #expect(try hq.done("conflicts")["items"].items.isEmpty)
            try li.done("set", before.machine, "notes+=after")
            let arrived = try eventually(within: 20) {
                try li.sync()
                return try hq.done("get", before.machine)["fields"]["notes"].texts.contains("after")
            }
            #expect(try arrived && hasReceipt(li))
            let wang = try tiers.device("wang", at: perth)
            #expect(try wang.done("get", before.machine)["fields"]["notes"].texts.contains("after"))
            let zhao = try tiers.device("zhao", at: hq)
            try zhao.sync("--upstream", perth.url)
            #expect(try hq.done("branch", "list")["items"].items.map { $0["name"] } == [.text("perth")])
            for node in [hq, perth] { #expect(try node.verb("verify").exit == 0, "\(node.name)") }
            let kinds = try hq.done("audit", "show", "--limit", "1000")["items"].items.map { $0["kind"] }
            #expect(kinds.count { $0 == .text("root_recovered") } == 1)
            #expect(try hq.done("attention")["audit"].items.isEmpty && perth.done("attention")["audit"].items.isEmpty)
        }
    }

    @Test("From shares: too few, mistyped and mixed ones are named and make nothing; enough of them make HQ")
    func shares() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            let before = try Before(tiers, backup: ["--split", "3", "--threshold", "2"])
            let pages = before.backup.split(separator: "\u{0C}").map(String.init)
            try #require(pages.count == 3)
            let files = try pages.enumerated().map { try written($1, "share\($0)", tiers) }
            #expect(try hq.verb("root", "verify", files[2], files[0]).exit == 0)
            let again = try hq.command(["root", "backup", "--split", "3", "--threshold", "2"]).run().text
            let other = try written(String(again.split(separator: "\u{0C}")[1]), "other", tiers)
            try lose(hq)
            let line = try #require(pages[1].split(separator: "\n").first { $0.hasPrefix("     3  ") })
            let wrong = line.dropLast(1) + (line.hasSuffix("A") ? "B" : "A")
            let mistyped = try written(pages[1].replacing(line, with: wrong), "mistyped", tiers)
            for (given, code, words) in [
                ([files[0]], 2, "2 different shares are needed, 1 were given"), ([files[0], mistyped], 2, "line 3"),
                ([files[0], other], 2, "shares made at different times do not fit"), ([hq.log], 2, "no numbered lines"),
            ] {
                let refused = try hq.command(["init", "--role", "hq", "--json", "--root-from"] + given).run()
                #expect(refused.exit == Int32(code) && refused.complaint.contains(words), "\(given): \(refused)")
                #expect(!FileManager.default.fileExists(atPath: hq.folder.appending(path: "node.db").path))
            }
            let made = try hq.command(["init", "--role", "hq", "--root-from", files[1], files[2]]).run()
            #expect(made.exit == 0, "\(made)")
            try hq.serve()
            try before.waitForAgreement(hq)
        }
    }

    @Test("A sealed file opens under its passphrase alone; status and attention say whether there is a backup")
    func sealed() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            #expect(try hq.done("status")["root_backup_at"] == .null)
            #expect(try hq.done("attention")["root_backup"].text?.contains("root backup") == true)
            #expect(try hq.command(["attention", "--lang", "zh"]).run().text.contains("总部根密钥没有备份"))
            let file = tiers.folder.appending(path: "root.sealed")
            let words = try written("an old grey tractor\n", "words", tiers)
            #expect(try hq.verb("root", "backup", "--out", file.path).exit == 2)
            let short = try written("short\n", "s", tiers)
            #expect(try hq.verb("root", "backup", "--out", file.path, "--passphrase-file", short).exit == 2)
            #expect(try hq.done("status")["root_backup_at"] == .null)
            try hq.done("root", "backup", "--out", file.path, "--passphrase-file", words)
            #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
            #expect(try hq.verb("root", "backup", "--out", file.path, "--passphrase-file", words).exit == 4)
            #expect(try hq.done("status")["root_backup_at"].text != nil)
            #expect(try hq.done("attention")["root_backup"] == .null)
            #expect(try hq.verb("root", "verify", file.path, "--passphrase-file", words).exit == 0)
            #expect(try hq.verb("root", "verify", file.path, "--passphrase-file", short).exit == 11)
            let other = ServedNode("other", in: tiers.folder)
            try other.done("init", "--role", "hq", "--org", "Other")
            let foreign = try other.verb("root", "verify", file.path, "--passphrase-file", words)
            #expect(try foreign.exit == 14 && foreign.json["same"] == .flag(false))
            let perth = try tiers.branch("perth")
            #expect(try perth.verb("root", "backup", "--print").exit == 2)
            #expect(try perth.done("attention")["root_backup"] == .null)
        }
    }

    @Test("A node's keys lie sealed beside its database, also after its data key was rotated")
    func keysAtRest() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            let files = ["node.key", "tls.key", "ca.key"].map { hq.folder.appending(path: $0) }
            func expectSealed() throws {
                for file in files {
                    let text = try String(contentsOf: file, encoding: .utf8)
                    #expect(text.hasPrefix("fieldsync ") && !text.contains("PRIVATE KEY"), "\(file)")
                    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
                    #expect(mode as? Int == 0o600)
                }
            }
            try expectSealed()
            let before = try files.map { try Data(contentsOf: $0) }
            try hq.stop()
            try hq.done("key", "rotate")
            try expectSealed()
            #expect(try zip(files, before).allSatisfy { try Data(contentsOf: $0) != $1 })
            try hq.serve()
            #expect(try tiers.branch("perth").verb("verify").exit == 0)
            try hq.stop()
            try Data(contentsOf: files[1]).write(to: files[0])
            let exchanged = try hq.verb("status")
            #expect(exchanged.exit == 14 && exchanged.complaint.contains("node.key"), "\(exchanged)")
        }
    }
}
