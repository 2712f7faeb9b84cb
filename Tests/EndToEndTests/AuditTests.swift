import Foundation
import Testing

@Suite("The audit, with the programs: who did what, and whoever writes into it is found")
struct AuditTests {
    private func items(_ node: ServedNode, _ arguments: String...) throws -> [JSON] {
        let outcome = try node.command(["audit", "show", "--json"] + arguments).run()
        try #require(outcome.exit == 0, "\(outcome)")
        return try outcome.json["items"].items
    }

    @Test("HQ and the branch tell of one set by whose key, roles and connection it came; the heads are kept all around")
    func tells() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            try li.done("set", machine, "notes+=seized")
            try li.sync()
            let there = try #require(try items(perth, machine).first)
            #expect(there["kind"] == .text("applied"))
            #expect(there["author_name"] == .text("Mr li"))
            #expect(there["changes"].items.map { $0["value"] } == [.text("seized")])
            let authority = there["authority"]
            #expect(authority["way"] == .text("pushed"))
            #expect(Set(authority["roles"].texts) == Set(Tiers.everywhere))
            #expect(authority["signer"]["name"] == .text("li"))
            #expect(authority["signer"]["id"] == authority["carrier"])
            #expect(authority["signer"]["certified_by_name"] == .text("perth"))
            #expect(try eventually(within: 20) { try perth.isDrained() })
            let above = try #require(try items(tiers.hq, machine).first { $0["author_name"] == .text("Mr li") })
            #expect(above["set"] == there["set"])
            #expect(above["authority"]["judge_name"] == .text("perth"))
            #expect(above["authority"]["carrier_name"] == .text("perth"))
            #expect(above["authority"]["signer"] == authority["signer"])
            #expect(try items(perth, "--user", "li").contains { $0["kind"] == .text("device_enrolled") })
            let text = try perth.command(["audit", "show", machine, "--lang", "zh"]).run()
            #expect(text.text.contains("技术员"))
            for node in [perth, tiers.hq] { #expect(try node.done("audit", "verify")["whole"] == .flag(true)) }
            #expect(try li.done("audit", "heads")["items"].items.map { $0["node_name"] } == [.text("perth")])
            let kept = try eventually(within: 20) { try tiers.hq.done("audit", "heads")["items"].items.count == 2 }
            #expect(kept, "HQ keeps no head of the branch")
        }
    }

    @Test("A tail that was cut off a branch's data is found by what HQ keeps, and by a device's file")
    func cut() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            try li.done("set", machine, "notes+=seized")
            try li.sync()
            #expect(try li.verb("audit", "heads", "--out", li.folder.path + "/heads.audit").exit == 0)
            let kept = try eventually(within: 20) { try tiers.hq.done("audit", "heads")["items"].items.count == 2 }
            #expect(kept)
            try perth.kill()
            try perth.sql(
                """
                DELETE FROM audit WHERE n > 2; DELETE FROM audit_head; DELETE FROM audit_alarm;
                DELETE FROM change_record WHERE entry > (SELECT max(entry) FROM audit);
                DELETE FROM change_log WHERE rowid > coalesce((SELECT max(entry) FROM audit), 0);
                UPDATE tally SET rows = (SELECT count(*) FROM change_log) WHERE name = 'change_log'
                """)
            let above = try perth.verb("audit", "verify")
            #expect(above.exit == 14, "\(above)")
            #expect(try above.json["first_wrong"] == .number(3))
            try tiers.hq.kill()
            #expect(try perth.verb("audit", "verify").exit == 0, "alone nobody can tell")
            let file = try perth.verb("audit", "verify", "--heads", li.folder.path + "/heads.audit")
            #expect(file.exit == 14, "\(file)")
        }
    }

    @Test("Data that was rewritten and chained anew is found by the node itself at the next exchange, and stays so")
    func rewritten() throws {
        try Tiers.play { tiers in
            let machine = try tiers.machine(at: tiers.hq, serial: "EX-1")
            let li = try tiers.device("li", at: tiers.hq)
            try li.done("set", machine, "notes+=seized")
            try li.sync()
            try tiers.hq.kill()
            try tiers.hq.sql(
                "DELETE FROM audit_head; UPDATE audit SET at = at - 1 WHERE n = 2; UPDATE audit SET chain = zeroblob(32)"
            )
            try tiers.hq.serve()
            try forgetAsking(li)
            try li.sync()
            #expect(try tiers.hq.done("attention")["audit"].items.count == 1)
            #expect(try tiers.hq.done("status")["audit_alarms"] == .number(1))
            let found = try tiers.hq.verb("audit", "verify")
            #expect(found.exit == 14)
            #expect(try tiers.hq.done("dismiss", "h1")["dismissed"] == .flag(true))
            #expect(try tiers.hq.done("attention")["audit"].items.isEmpty)
            #expect(try tiers.hq.verb("audit", "verify").exit == 14, "to have looked mends nothing")
        }
    }

    /// A device asks once an hour.
    private func forgetAsking(_ device: FieldDevice) throws {
        try SealedSQL(device.folder).run("DELETE FROM meta WHERE key = 'audit_asked'")
    }
}
