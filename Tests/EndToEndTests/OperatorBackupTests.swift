import Foundation
import Testing

@Suite("Operators: a node that serves is backed up, and made again as it was at any second")
struct OperatorBackupTests {
    /// What a node showed at the end of a second.
    private struct Moment {
        let at: String
        let dump: String

        /// Waits for the second to be over, so that nothing more is written in it.
        init(_ node: ServedNode) throws {
            let second = Int(Date().timeIntervalSince1970)
            at = ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: Double(second)))
            dump = try node.dump()
            _ = eventually(within: 2) { Int(Date().timeIntervalSince1970) > second }
        }
    }

    @Test("Three moments between two backups come back as they were, and the node goes on from there")
    func moments() throws {
        try Tiers.play { tiers in
            let (hq, folder) = (tiers.hq, tiers.folder.appending(path: "backup").path)
            let perth = try tiers.branch("perth")
            let key = tiers.folder.appending(path: "backup.key")
            try Data((0..<32).map { UInt8($0) }).write(to: key)
            let first = try hq.done("backup", folder, "--key-file", key.path)
            #expect(first["new_base"] == .flag(true))
            var moments: [Moment] = []
            for number in 1...3 {
                let account = try #require(try hq.done("new", "account", "name=Number \(number)")["id"].text)
                try hq.done("new", "site", "account=\(account)", "name=Pit", "branch=perth")
                moments.append(try Moment(hq))
            }
            let second = try hq.done("backup", folder, "--key-file", key.path)
            #expect(second["new_base"] == .flag(false))
            #expect(second["bytes"].number ?? .max < first["bytes"].number ?? 0)
            for (index, moment) in moments.enumerated() {
                let copy = ServedNode("copy\(index)", in: tiers.folder)
                try restore(folder, to: copy, ["--to", moment.at, "--key-file", key.path])
                #expect(try copy.dump() == moment.dump)
            }
            try goOn(tiers, perth, folder, moments[0], key: key.path)
        }
    }

    private func restore(_ folder: String, to node: ServedNode, _ arguments: [String] = []) throws {
        let outcome = try node.command(["restore", folder, "--json"] + arguments).run()
        try #require(outcome.exit == 0, "\(outcome)")
        #expect(try outcome.json["restored_to"].text != nil)
    }

    /// HQ at an earlier moment is found to have been set back, and gets from its branch what it lost.
    private func goOn(_ tiers: Tiers, _ perth: ServedNode, _ folder: String, _ moment: Moment, key: String) throws {
        let hq = tiers.hq
        try #require(try eventually(within: 20) { try Dumps.agree([perth.dump(), hq.dump()]) })
        let all = try perth.dump()
        let epoch = try hq.done("status")["epoch"]
        try hq.kill()
        #expect(try hq.command(["restore", folder]).run().exit == 4, "a folder that is not empty was overwritten")
        try FileManager.default.removeItem(at: hq.folder)
        #expect(try hq.command(["restore", folder, "--to", moment.at]).run().exit == 11, "the keys were not sealed")
        try restore(folder, to: hq, ["--to", moment.at, "--key-file", key])
        try hq.serve()
        #expect(try eventually(within: 20) { try hq.done("status")["epoch"] != epoch }, "it does not notice")
        #expect(
            try eventually(within: 20) { try Dumps.agree([all, perth.dump(), hq.dump()]) }, "it does not get it back")
        #expect(try hq.verb("verify").exit == 0)
    }

    @Test(
        "Backups while others write, killed in the middle: what is in the folder stays good, and the next one goes on")
    func killed() throws {
        try Tiers.play { tiers in
            let (hq, folder) = (tiers.hq, tiers.folder.appending(path: "backup").path)
            try hq.done("backup", folder)
            let writer = Writer(hq)
            for milliseconds in [5, 20, 60] {
                let backup = try hq.command(["backup", folder]).start()
                elapse(milliseconds: milliseconds)
                try hq.kill()
                _ = try backup.outcome(within: 20)
                try hq.serve()
            }
            let written = writer.stop()
            try hq.done("backup", folder)
            let bases = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("base-") }
            #expect(Set(bases.map { $0.split(separator: "-").last }).count == 1, "a kill broke the series: \(bases)")
            let copy = ServedNode("copy", in: tiers.folder)
            try restore(folder, to: copy)
            #expect(try copy.dump() == hq.dump())
            let names = try copy.done("list", "account", "--limit", "1000")["items"].items.compactMap {
                $0["fields"]["name"].text
            }
            #expect(Set(written).isSubset(of: names) && !written.isEmpty)
        }
    }

    @Test("A damaged backup is refused with 14 and leaves nothing behind")
    func damaged() throws {
        try Tiers.play { tiers in
            let (hq, folder) = (tiers.hq, tiers.folder.appending(path: "backup"))
            try hq.done("backup", folder.path)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            let base = folder.appending(path: try #require(names.first { $0.hasPrefix("base-") }))
            var bytes = try Data(contentsOf: base)
            bytes[bytes.count / 3] ^= 1
            try bytes.write(to: base)
            let copy = ServedNode("copy", in: tiers.folder)
            let outcome = try copy.verb("restore", folder.path)
            #expect(outcome.exit == 14)
            #expect(try outcome.error["message"].text?.contains(base.lastPathComponent) == true)
            let left = try FileManager.default.contentsOfDirectory(atPath: tiers.folder.path)
            #expect(!left.contains { $0.hasPrefix("copy") && !$0.hasSuffix(".log") })
            let modes = try names.map { name in
                try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)[.posixPermissions] as? Int
            }
            #expect(Set(modes) == [0o600])
        }
    }
}

/// Makes accounts one after the other, whether the node serves or not.
private final class Writer: @unchecked Sendable {
    private let condition = NSCondition()
    private var names: [String] = []
    private var isStopped = false
    private var hasEnded = false

    init(_ node: ServedNode) {
        Thread { [self] in
            for number in 0..<10_000 where !condition.withLock({ isStopped }) {
                let name = "written \(number)"
                let outcome = try? node.verb("new", "account", "name=\(name)")
                if outcome?.exit == 0 { condition.withLock { names.append(name) } }
            }
            condition.withLock {
                hasEnded = true
                condition.broadcast()
            }
        }.start()
    }

    /// The names that were promised.
    func stop() -> [String] {
        condition.withLock {
            isStopped = true
            while !hasEnded { condition.wait() }
            return names
        }
    }
}
