import Foundation
import Testing

@Suite("verify mends from the node above what is damaged here, and says what only this replica holds")
struct VerifyTests {
    private static let damages = [
        "UPDATE asset SET firmware = 'Other'", "UPDATE asset SET state = x'ff'",
        "UPDATE asset SET hash = randomblob(16)", "UPDATE scope SET digest = randomblob(16)",
        "DELETE FROM asset",
    ]

    @Test("A device is sound again, whatever was damaged", arguments: damages)
    func device(damage: String) throws {
        try Tiers.play { tiers in
            let machine = try tiers.machine(at: tiers.hq, serial: "EX-1")
            let id = try tiers.hq.done("get", machine)["id"]
            let li = try tiers.device("li", at: tiers.hq)
            try li.done("set", machine, "firmware=9.9", "notes+=seen")
            try li.sync()
            let dump = try li.dump()
            try tiers.hq.kill()
            try SealedSQL(li.folder).run(damage)
            let alone = try li.verb("verify")
            #expect(alone.exit == 14)
            #expect(try alone.json["compared"] == .flag(false))
            try tiers.hq.serve()
            let outcome = try li.verb("verify")
            #expect(outcome.exit == 0, "\(outcome)")
            let answer = try outcome.json
            #expect(answer["missing"].items.isEmpty)
            if damage.contains("asset") {
                #expect((answer["repaired"].number ?? 0) > 0)
                #expect((answer["mended"].items + answer["brought"].items).contains(id))
            }
            #expect(try li.dump() == dump)
            #expect(try li.done("verify")["differed"] == .number(0))
        }
    }

    @Test("What the node does not have is named, record by record, and exits 14")
    func missing() throws {
        try Tiers.play { tiers in
            let machine = try tiers.machine(at: tiers.hq, serial: "EX-1")
            let id = try tiers.hq.done("get", machine)["id"]
            let li = try tiers.device("li", at: tiers.hq)
            try lose(at: tiers.hq, epochAt: "1")
            let outcome = try li.verb("verify")
            #expect(outcome.exit == 14)
            #expect(try outcome.json["missing"] == .array([id]))
            let text = try li.command(["verify", "--lang", "en"]).run()
            #expect((text.text + text.complaint).contains("\(machine) is held here alone"), "\(text)")
            let chinese = try li.command(["verify", "--lang", "zh"]).run()
            #expect((chinese.text + chinese.complaint).contains("\(machine) 只有本机保存"), "\(chinese)")
        }
    }

    @Test("A branch is mended by HQ while it serves, and sends HQ again what that lost")
    func branch() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            try #require(try eventually(within: 10) { try Tiers.agree([tiers.hq, perth], []) })
            let dump = try perth.dump()
            #expect(try perth.stop() == 0)
            try perth.sql("UPDATE asset SET serial = 'Other'")
            try perth.serve()
            let mended = try perth.verb("verify")
            #expect(mended.exit == 0, "\(mended)")
            #expect(try mended.json["repaired"] == .number(1))
            #expect(try perth.dump() == dump)
            try lose(at: tiers.hq, epochAt: nil)
            #expect(try tiers.hq.verb("get", machine).exit == 3)
            let witnessed = try perth.verb("verify")
            #expect(witnessed.exit == 0, "\(witnessed)")
            #expect(try tiers.hq.done("get", machine)["fields"]["serial"] == .text("EX-1"))
        }
    }

    /// The node's machines are gone, and it does not know.
    private func lose(at node: ServedNode, epochAt: String?) throws {
        #expect(try node.stop() == 0)
        try node.sql("DELETE FROM asset; UPDATE scope SET digest = randomblob(16) WHERE name LIKE 'site/%';")
        if let epochAt { try node.sql("UPDATE meta SET value = '\(epochAt)' WHERE key = 'epoch_at'") }
        try node.serve()
    }
}
