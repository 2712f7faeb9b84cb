import Foundation
import Testing

@Suite("Tiers: a branch and its devices go on alone, and what they wrote comes together")
struct TierTests {
    /// The notes of a machine.
    private func notes(_ machine: String, at node: ServedNode) throws -> [String] {
        try node.done("get", machine)["fields"]["notes"].texts
    }

    private func receipts(_ device: FieldDevice) throws -> [JSON] {
        let receipts = try device.done("receipts")
        return ["local", "branch", "hq"].map { receipts[$0] }
    }

    private func figures(_ numbers: Int...) -> [JSON] { numbers.map(JSON.number) }

    @Test("Without HQ everything goes on, and receipts climb stage by stage")
    func hqDown() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            #expect(try eventually(within: 10) { try perth.isDrained() })
            try tiers.hq.kill()
            #expect(try li.done("set", machine, "notes+=alone")["receipt"] == .text("local"))
            #expect(try receipts(li) == figures(1, 0, 0))
            #expect(try li.sync()["pending"] == .number(0))
            #expect(try receipts(li) == figures(0, 1, 0))
            #expect(try li.done("get", machine)["receipt"] == .text("branch"))
            let wang = try tiers.device("wang", at: perth)
            #expect(try wang.done("get", machine)["fields"]["notes"].texts == ["alone"])
            #expect(try !perth.isDrained())
            try tiers.hq.serve()
            #expect(try eventually(within: 10) { try notes(machine, at: tiers.hq) == ["alone"] })
            let known = try eventually(within: 10) {
                try li.sync()
                return try receipts(li) == figures(0, 0, 1)
            }
            #expect(known, "the device does not know that its work is at HQ")
            #expect(try li.done("status")["at_hq"] == .number(1))
        }
    }

    @Test("What one branch writes is at HQ and at the other branch within seconds")
    func prompt() throws {
        try Tiers.play { tiers in
            let (perth, guangzhou) = (try tiers.branch("perth"), try tiers.branch("guangzhou"))
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            #expect(try eventually(within: 5) { try tiers.hq.verb("get", machine).exit == 0 })
            #expect(try guangzhou.verb("get", machine).exit == 3, "it is none of its business")
            try tiers.share(machine, with: guangzhou)
            try perth.done("set", machine, "notes+=news")
            #expect(try eventually(within: 5) { try notes(machine, at: guangzhou) == ["news"] })
            try tiers.hq.done(
                "user", "add", "--name", "zhao", "--display", "Zhao", "--role", "technician", "--branch", "guangzhou")
            let invited = try eventually(within: 5) {
                try guangzhou.verb("device", "invite", "--user", "zhao").exit == 0
            }
            #expect(invited)
            #expect(try guangzhou.verb("device", "invite", "--user", "nobody").exit == 3)
        }
    }

    @Test("A device that roams finds its own work again, and no conflict with itself")
    func roaming() throws {
        try Tiers.play { tiers in
            let (perth, guangzhou) = (try tiers.branch("perth"), try tiers.branch("guangzhou"))
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            try tiers.share(machine, with: guangzhou)
            try tiers.hq.kill()
            for (index, node) in [perth, guangzhou, perth, guangzhou].enumerated() {
                try li.done("set", machine, "firmware=4.\(index)", "notes+=\(node.name) \(index)", "cycles+=1")
                #expect(try li.sync("--upstream", node.url)["pending"] == .number(0))
            }
            try tiers.hq.serve()
            #expect(try eventually(within: 30) { try Tiers.agree([tiers.hq, perth, guangzhou], [li]) })
            let fields = try tiers.hq.done("get", machine)
            #expect(fields["fields"]["notes"].texts == ["perth 0", "guangzhou 1", "perth 2", "guangzhou 3"])
            #expect(fields["fields"]["cycles"] == .number(4))
            #expect(fields["fields"]["firmware"] == .text("4.3"))
            #expect(fields["conflicts"].keys == [])
        }
    }

    @Test("A push whose answer is lost is repeated, and counts once", arguments: [1, 3, 5])
    func lostAnswers(times: Int) throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth", serving: ["--plain-http"])
            let line = try LossyLine(to: try #require(Int(perth.port)))
            defer { line.stop() }
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth, url: line.url)
            line.lose(times, answersTo: "/v1/push")
            for time in 1...times {
                try li.done("set", machine, "notes+=\(time)", "cycles+=1")
                #expect(try li.verb("sync").exit == 10)
                #expect(try li.done("status")["pending"] == .number(time))
            }
            #expect(line.lost == times)
            #expect(try li.sync()["sent"] == .number(times))
            let fields = try perth.done("get", machine)["fields"]
            #expect(fields["notes"].texts == (1...times).map(String.init))
            #expect(fields["cycles"] == .number(times))
            #expect(try receipts(li)[0] == .number(0))
        }
    }

    @Test("Answers that a branch's line to HQ loses are asked for again", arguments: ["/v1/push", "/v1/pull"])
    func lostUpwards(path: String) throws {
        try Tiers.play(serving: ["--plain-http"]) { tiers in
            let line = try LossyLine(to: try #require(Int(tiers.hq.port)))
            defer { line.stop() }
            let perth = try tiers.branch("perth", upstream: line.url)
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            line.lose(3, answersTo: path)
            for index in 1...4 { try perth.done("set", machine, "notes+=\(index)", "cycles+=1") }
            #expect(try eventually(within: 20) { try line.lost == 3 && perth.isDrained() }, "\(line.lost) lost")
            #expect(try eventually(within: 10) { try Tiers.agree([tiers.hq, perth], []) })
            #expect(try notes(machine, at: tiers.hq) == ["1", "2", "3", "4"])
            #expect(try tiers.hq.done("get", machine)["fields"]["cycles"] == .number(4))
        }
    }
}
