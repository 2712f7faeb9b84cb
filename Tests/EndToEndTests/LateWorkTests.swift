import Foundation
import Testing

@Suite("Late field work is kept, told to who did it, and decided by who is asked")
struct LateWorkTests {
    /// A dispatcher and technicians at HQ, and an order that was sent to all technicians.
    private struct Day {
        let hq: ServedNode
        let office: FieldDevice
        let people: [FieldDevice]
        let order: String

        init(_ tiers: Tiers, technicians: [String]) throws {
            hq = tiers.hq
            let machine = try tiers.machine(at: hq, serial: "EX-1")
            let site = try #require(try hq.done("get", machine)["fields"]["site"].text)
            office = try tiers.device("wu", at: hq, role: "dispatcher")
            people = try technicians.map { try tiers.device($0, at: tiers.hq) }
            order = try #require(
                try hq.done("new", "work_order", "type=repair", "asset=\(machine)", "site=\(site)")["number"].text)
            for name in technicians { try hq.done("set", order, "assignees+=\(name)") }
            try hq.done("new", "work_event", "order=\(order)", "kind=assigned")
            for device in people { try device.sync() }
        }

        func say(_ kind: String) throws { try hq.done("new", "work_event", "order=\(order)", "kind=\(kind)") }

        func job(_ person: Int, _ steps: String...) throws {
            for step in steps { try people[person].done("job", step, order) }
        }

        /// Every device learns what the others wrote.
        func meet() throws { for device in people + [office] { try device.sync() } }

        func status() throws -> String? { try hq.done("get", order)["fields"]["status"].text }
    }

    /// What a device or node is told of an order.
    private func told(_ json: JSON, _ order: String) -> [JSON] {
        json["decisions"].items.filter { $0["number"] == .text(order) }
    }

    @Test("Cancelled but done: the technician need do nothing, the dispatcher decides on his device")
    func cancelled() throws {
        try Tiers.play { tiers in
            let day = try Day(tiers, technicians: ["li"])
            try day.job(0, "accept", "start", "finish")
            try day.say("cancelled")
            try day.meet()
            #expect(try day.status() == "needs_decision")
            #expect(try day.people[0].done("rejected")["items"].items.isEmpty)
            let mine = told(try day.people[0].done("attention"), day.order)
            #expect(mine.map { $0["reason"] } == [.text("cancelled_but_done")])
            let words = try #require(mine[0]["message"].text)
            #expect(words.hasPrefix("You finished \(day.order) at ") && words.hasSuffix("You need do nothing."))
            #expect(words.contains("before your device could know"))
            let chinese = try day.people[0].command(["attention", "--lang", "zh"]).run().text
            #expect(chinese.contains("完成了工单 \(day.order)") && chinese.contains("由调度员决定是否计费。你不用操作。"))
            for (told, program) in [
                (try day.office.done("attention"), "field"), (try day.hq.done("attention"), "fieldsyncd"),
            ] {
                let item = self.told(told, day.order)[0]
                #expect(item["owner"] == .text("dispatcher") && item["due_at"].text != nil)
                #expect(item["message"].text?.contains("Mr li finished \(day.order)") == true)
                #expect(item["message"].text?.contains("`\(program) decide \(day.order) charge`") == true)
            }
            #expect(try day.people[0].verb("decide", day.order, "charge").isRefused(4, "field_forbidden"))
            let decided = try day.office.done("decide", day.order, "no-charge", "--reason", "we called too late")
            #expect(decided["decided"] == .text("no-charge"))
            try day.meet()
            try day.meet()
            #expect(try day.status() == "closed")
            let event = try day.hq.done("get", try #require(decided["event"].text))["fields"]
            #expect(event["decision"] == .text("no_charge") && event["reason"] == .text("we called too late"))
            for device in day.people + [day.office] {
                #expect(told(try device.done("attention"), day.order).isEmpty)
            }
            #expect(try day.office.verb("decide", day.order, "charge").isRefused(3, "not_found"))
        }
    }

    @Test("Accepted by two: the dispatcher leaves the order to one of them, whose work goes on")
    func twice() throws {
        try Tiers.play { tiers in
            let day = try Day(tiers, technicians: ["li", "wang"])
            try day.job(0, "accept")
            try day.job(1, "accept")
            try day.meet()
            try day.meet()
            for (person, other) in [(0, "Mr wang"), (1, "Mr li")] {
                let mine = told(try day.people[person].done("attention"), day.order)
                #expect(mine.count == 1)
                #expect(mine[0]["message"].text?.hasPrefix("You accepted \(day.order)") == true)
                #expect(mine[0]["message"].text?.contains("\(other) accepted it too") == true, "\(mine)")
            }
            #expect(try day.office.verb("decide", day.order, "assign").exit == 2)
            try day.office.done("decide", day.order, "assign", "--to", "wang")
            try day.meet()
            let wang = try #require(try day.hq.done("list", "user", "login=wang")["items"][0]["id"].text)
            #expect(try day.hq.done("get", day.order)["fields"]["assignees"].texts == [wang])
            #expect(try day.status() == "accepted")
            try day.job(1, "start", "finish")
            try day.meet()
            #expect(try day.status() == "finished")
            #expect(told(try day.hq.done("attention"), day.order).isEmpty)
        }
    }

    @Test("Parts that come after the closing: closed (amended), and counted when it is closed again")
    func parts() throws {
        try Tiers.play { tiers in
            let day = try Day(tiers, technicians: ["li"])
            try day.hq.done("new", "part", "code=HOSE-32")
            try day.job(0, "accept", "start", "finish")
            try day.meet()
            try day.people[0].done("part", "add", day.order, "--part", "HOSE-32", "--quantity", "2")
            try day.say("closed")
            #expect(try day.status() == "closed")
            try day.meet()
            #expect(try day.status() == "closed_amended")
            let message = told(try day.hq.done("attention"), day.order)[0]["message"].text
            #expect(message?.contains("Mr li used HOSE-32 × 2 for \(day.order)") == true, "\(message ?? "")")
            try day.hq.done("decide", day.order, "charge")
            #expect(try day.status() == "closed")
            #expect(told(try day.hq.done("attention"), day.order).isEmpty)
        }
    }

    @Test("A serial number written by two waits for the data steward, who is told on his device")
    func steward() throws {
        try Tiers.play { tiers in
            let day = try Day(tiers, technicians: ["li", "wang"])
            let machine = try #require(try day.hq.done("list", "asset")["items"][0]["number"].text)
            let steward = try tiers.device("zhou", at: tiers.hq, role: "data_steward")
            try day.people[0].done("set", machine, "serial=EX-1A")
            try day.hq.done("set", machine, "serial=EX-1B")
            try day.meet()
            for device in day.people + [steward] { try device.sync() }
            let asked = try steward.done("attention")["conflicts"]
            #expect(asked.items.count == 1 && asked[0]["owner"] == .text("data_steward"))
            #expect(asked[0]["message"].text?.contains("The data steward decides by ") == true)
            #expect(try day.people[0].done("attention")["conflicts"].items.count == 1)
            #expect(try day.people[1].done("attention")["conflicts"].items.isEmpty)
            #expect(try day.office.done("attention")["conflicts"].items.isEmpty)
            try steward.done("resolve", machine, "--field", "serial", "--value", "EX-1A")
            try steward.sync()
            #expect(try day.hq.done("attention")["conflicts"].items.isEmpty)
        }
    }
}
