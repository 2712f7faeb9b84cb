import Foundation
import Testing

@Suite("Years: what any release left on disks and lines is good in this one")
struct YearsTests {
    @Test(
        "Nodes and devices of an earlier release are opened, what they had not sent goes up, and all come to hold the same",
        arguments: KeptRelease.releases)
    func goesOn(release: KeptRelease) throws {
        try KeptWorld.play(release) { world in
            for node in [world.hq, world.perth] {
                // A node may have more records than it had: of its devices, which an earlier version kept beside them.
                let now = Set(try node.dump().split(separator: "\n"))
                #expect(try Set(release.dump(of: node.name).split(separator: "\n")).isSubset(of: now), "\(node.name)")
            }
            for device in [world.li, world.wang] {
                #expect(try device.dump() == release.dump(of: device.name), "\(device.name)")
            }
            #expect(try world.hq.verb("verify").exit == 0)
            try world.serve()
            #expect(try world.li.sync()["sent"] == .number(3))
            #expect(try world.wang.sync()["sent"] == .number(1))
            #expect(
                try eventually(within: 30) {
                    try Tiers.agree([world.hq, world.perth], [world.li, world.wang])
                })
            try expectAll(world)
            for node in [world.hq, world.perth] { #expect(try node.verb("verify").exit == 0, "\(node.name)") }
            for device in [world.li, world.wang] { #expect(try device.verb("verify").exit == 0, "\(device.name)") }
        }
    }

    /// What was nowhere but on one replica when they were kept.
    private func expectAll(_ world: KeptWorld) throws {
        let machine = try #require(try world.release.told()["machine"].text)
        for node in [world.hq, world.perth] {
            let fields = try node.done("get", machine)["fields"]
            #expect(
                fields["notes"].texts.sorted() == [
                    "Plate read by Li", "only on Li's device", "only on Wang's device", "油缸密封件渗漏",
                ])
            #expect(fields["cycles"] == .number(1117) && fields["firmware"] == .text("5.0.0"))
            #expect(fields["tags"].texts.sorted() == ["crawler", "only at the branch"])
            #expect(try node.done("conflicts")["items"].items.contains { $0["field"] == .text("serial") })
            #expect(try node.dump().contains("三条未发送"))
        }
        #expect(try world.hq.dump().contains("Only at HQ"))
        let receipts = try world.li.done("receipts")
        #expect(receipts["local"] == .number(0) && receipts["branch"] == .number(0))
    }

    @Test("A database of a later version is left as it is, with a word and exit 16; the later version finds all of it")
    func later() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            let machine = try tiers.machine(at: hq, serial: "EX-1")
            let li = try tiers.device("li", at: hq)
            try li.done("set", machine, "notes+=not sent yet")
            let later = "INSERT INTO grdb_migrations (identifier) VALUES ('1000 of a later version')"
            try li.sql(later)
            for words in [["status"], ["sync"], ["set", machine, "cycles+=1"]] {
                #expect(try li.command(words + ["--json"]).run().isRefused(16, "upgrade_required"), "\(words)")
            }
            #expect(try hq.stop() == 0)
            try hq.sql(later)
            let serving = try hq.command(["serve", "--listen", "127.0.0.1:0", "--json"]).run()
            #expect(try serving.isRefused(16, "upgrade_required"))
            #expect(try hq.verb("status").isRefused(16, "upgrade_required"))
            let upgraded = "DELETE FROM grdb_migrations WHERE identifier LIKE '1000 %'"
            try li.sql(upgraded)
            try hq.sql(upgraded)
            try hq.serve()
            #expect(try li.sync()["sent"] == .number(1))
            #expect(try hq.done("get", machine)["fields"]["notes"].texts == ["not sent yet"])
        }
    }

    @Test(
        "A node that is killed at any moment of its migration, while devices knock, is whole when it is started again")
    func killed() throws {
        let release = try #require(KeptRelease.releases.first)
        try KeptWorld.play(release) { world in
            let (hq, perth) = (world.hq, world.perth)
            let machine = try #require(try release.told()["machine"].text)
            try hq.serve()
            // So that the device knows where its branch will be; it is the branch that is brought up now.
            let (socket, port) = try Sockets.listen()
            close(socket)
            #expect(try world.li.verb("status").exit == 0)
            try world.li.sql(
                "UPDATE meta SET value = CAST('https://127.0.0.1:\(port)' AS BLOB) WHERE key = 'device_upstream'")
            var (isUp, delay) = (false, 20)
            while !isUp {
                let serving = try perth.command(["serve", "--listen", "127.0.0.1:\(port)"]).start()
                let sync = try world.li.command(["sync", "--json"]).start()
                let ended = try serving.killed(afterMilliseconds: delay)
                isUp = ended.text.contains("listening on")
                let knocked = try sync.outcome(within: 60)
                #expect([0, 10, 12, 75].contains(knocked.exit), "\(knocked)")
                delay += delay / 3
                try #require(delay < 10_000, "it never comes up: \(ended)")
            }
            try perth.sql("UPDATE meta SET value = CAST('\(hq.url)' AS BLOB) WHERE key = 'node_upstream'")
            try perth.serve()
            #expect(
                try eventually(within: 30) {
                    try world.li.sync("--upstream", perth.url)
                    return try hq.done("get", machine)["fields"]["cycles"] == .number(1117)
                })
            for node in [hq, perth] { #expect(try node.verb("verify").exit == 0, "\(node.name)") }
            #expect(try Dumps.agree([hq.dump(), perth.dump()]))
        }
    }
}
