import Foundation
import Testing

@Suite("What a node keeps aside waits for a person, who accepts or dismisses it")
struct HeldTests {
    @Test("A device's witness that would only remove a value waits at HQ until somebody accepts it")
    func witness() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            let machine = try tiers.machine(at: hq, serial: "EX-1")
            try hq.done("set", machine, "firmware=9.9")
            let li = try tiers.device("li", at: hq)
            #expect(try hq.stop() == 0)
            let copy = tiers.folder.appending(path: "hq.old")
            try FileManager.default.copyItem(at: hq.folder, to: copy)
            try hq.serve()
            try hq.done("set", machine, "firmware=")
            try li.sync()
            try hq.kill()
            try FileManager.default.removeItem(at: hq.folder)
            try FileManager.default.moveItem(at: copy, to: hq.folder)
            try hq.serve()
            #expect(try li.sync()["rejected"] == .number(1))
            #expect(try hq.done("get", machine)["fields"]["firmware"] == .text("9.9"))
            let held = try hq.done("attention")["held"][0]
            #expect(held["kind"] == .text("witness"))
            let id = try #require(held["id"].text)
            for (language, words) in [("en", "A device of Mr li holds \(machine)"), ("zh", "Mr li 的设备保存的 \(machine)")] {
                let told = try hq.command(["attention", "--lang", language]).run()
                #expect(told.text.contains(words) && told.text.contains("accept \(id)"), "\(told)")
            }
            #expect(try hq.done("accept", id)["records"].items.count == 1)
            #expect(try hq.done("get", machine)["fields"]["firmware"] == .null)
            #expect(try hq.done("attention")["held"].items.map { $0["kind"] } == [.text("set_back")])
            #expect(try hq.verb("accept", id).exit == 3)
            #expect(try hq.verb("verify").exit == 0)
        }
    }

    @Test("What did not verify is listed until somebody has looked at it, and counted as long")
    func quarantine() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            #expect(try hq.stop() == 0)
            for seq in 1...2 {
                try hq.sql(
                    """
                    INSERT INTO quarantine (at, replica, seq, reason, bytes)
                    VALUES (1, 7, \(seq), 'no signature', x'00')
                    """)
            }
            try hq.serve()
            let caller = OperatorCaller(hq.url)
            #expect(try caller.metrics()["fieldsync_quarantined"] == 2)
            let held = try hq.done("attention")["held"]
            #expect((held.items.count, held[0]["sets"], held[0]["kind"]) == (1, .number(2), .text("unverified")))
            let id = try #require(held[0]["id"].text)
            #expect(try hq.verb("accept", id).exit == 3)
            #expect(try hq.verb("dismiss", id).exit == 0)
            #expect(try hq.verb("dismiss", id).exit == 3)
            #expect(try hq.done("attention")["held"].items.isEmpty)
            #expect(try caller.metrics()["fieldsync_quarantined"] == 0)
        }
    }
}
