import Foundation
import Testing

@Suite("Proposals: what somebody may not write, whoever may is asked for")
struct ProposalTests {
    /// A technician's and a dispatcher's device, and a request that only the office may grade.
    private struct Desk {
        let hq: ServedNode
        let li: FieldDevice
        let office: FieldDevice
        let request: String

        init(_ tiers: Tiers) throws {
            hq = tiers.hq
            let machine = try tiers.machine(at: hq, serial: "EX-1")
            let site = try #require(try hq.done("get", machine)["fields"]["site"].text)
            li = try tiers.device("li", at: hq)
            office = try tiers.device("wu", at: hq, role: "dispatcher")
            request = try #require(
                try hq.done("new", "request", "site=\(site)", "severity=general", "description=leaks")["number"].text)
            try hq.done("new", "work_order", "type=repair", "asset=\(machine)", "site=\(site)", "assignees+=li")
            try meet()
        }

        func meet() throws { for device in [li, office, li] { try device.sync() } }

        func propose(_ field: String, _ reason: String = "the boom may fall") throws -> String {
            let made = try li.done("propose", request, field, "--reason", reason)
            try meet()
            return try #require(made["number"].text)
        }

        func severity() throws -> JSON { try hq.done("get", request)["fields"]["severity"] }

        func state(_ proposal: String, on device: FieldDevice) throws -> String? {
            try device.done("proposals", "list", "--all")["items"].items.first { $0["number"] == .text(proposal) }?[
                "state"
            ].text
        }
    }

    @Test("The refusal names the way; whoever may write the field is asked, and writes it by accepting")
    func accepted() throws {
        try Tiers.play { tiers in
            let desk = try Desk(tiers)
            let refused = try desk.li.verb("set", desk.request, "severity=severe")
            #expect(try refused.isRefused(4, "field_forbidden"))
            let hint = "field propose \(desk.request) severity=severe --reason TEXT"
            #expect(try refused.error["hint"].text?.contains(hint) == true, "\(refused)")
            let proposal = try desk.propose("severity=severe")
            let asked = try desk.office.done("attention")["proposals"]
            #expect(asked.items.count == 1 && asked[0]["number"] == .text(proposal))
            #expect(asked[0]["may_decide"] == .flag(true) && asked[0]["state"] == .text("open"))
            #expect(asked[0]["base"] == .text("general") && asked[0]["value"] == .text("severe"))
            let message = try #require(asked[0]["message"].text)
            #expect(
                message.hasPrefix("Mr li proposes for Severity of the service request \(desk.request): Severe, because")
            )
            #expect(message.contains("`field proposals accept \(proposal)`"))
            #expect(try desk.hq.done("attention")["proposals"].items.count == 1)
            #expect(try desk.li.done("attention")["proposals"].items.isEmpty)
            #expect(try desk.li.done("proposals")["items"][0]["may_decide"] == .flag(false))
            let chinese = try desk.office.command(["attention", "--lang", "zh"]).run().text
            #expect(chinese.contains("Mr li 对服务请求 \(desk.request) 的“严重程度”提出建议：严重，原因：“the boom may fall”"))
            #expect(try desk.li.verb("proposals", "accept", proposal).isRefused(4, "field_forbidden"))
            #expect(try desk.li.verb("proposals", "reject", proposal).isRefused(4, "not_own"))
            try desk.office.done("proposals", "accept", proposal)
            try desk.meet()
            #expect(try desk.severity() == .text("severe"))
            let office = try #require(try desk.hq.done("list", "user", "login=wu")["items"][0]["id"].text)
            let history = try desk.hq.done("history", desk.request, "--field", "severity")["items"]
            #expect(history[0]["author"] == .text(office))
            #expect(try desk.state(proposal, on: desk.li) == "accepted")
            #expect(try desk.office.done("attention")["proposals"].items.isEmpty)
            #expect(try desk.office.verb("proposals", "accept", proposal).isRefused(4, "constraint"))
            #expect(try Tiers.agree([desk.hq], [desk.li, desk.office]))
        }
    }

    @Test("A field that changed meanwhile is shown to both, and written over only when that is said")
    func superseded() throws {
        try Tiers.play { tiers in
            let desk = try Desk(tiers)
            let proposal = try desk.propose("severity=severe")
            try desk.hq.done("set", desk.request, "severity=minor")
            try desk.meet()
            for device in [desk.li, desk.office] {
                let told = try device.done("attention")["proposals"]
                #expect(told.items.count == 1 && told[0]["state"] == .text("superseded"))
                #expect(told[0]["message"].text?.contains("it is not General any more, but Minor") == true, "\(told)")
            }
            #expect(try desk.office.verb("proposals", "accept", proposal).isRefused(4, "constraint"))
            #expect(try desk.severity() == .text("minor"))
            try desk.office.done("proposals", "accept", proposal, "--over")
            try desk.meet()
            #expect(try desk.severity() == .text("severe"))
            #expect(try desk.state(proposal, on: desk.li) == "accepted")
        }
    }

    @Test("Rejected with a reason that the proposer reads; withdrawn by deleting it")
    func rejected() throws {
        try Tiers.play { tiers in
            let desk = try Desk(tiers)
            let proposal = try desk.propose("severity=severe", "it drips")
            try desk.office.done("proposals", "reject", proposal, "--reason", "measured again")
            try desk.meet()
            #expect(try desk.state(proposal, on: desk.li) == "rejected")
            let told = try desk.li.command(["proposals", "list", "--all"]).run().text
            #expect(told.contains("It was rejected: \"measured again\""), "\(told)")
            #expect(try desk.severity() == .text("general"))
            let other = try desk.propose("category=technical")
            #expect(try desk.office.done("attention")["proposals"].items.count == 1)
            try desk.li.done("delete", other)
            try desk.meet()
            #expect(try desk.office.done("attention")["proposals"].items.isEmpty)
        }
    }

    @Test("Sets are added to and taken from, fields cleared")
    func sets() throws {
        try Tiers.play { tiers in
            let desk = try Desk(tiers)
            let order = try #require(try desk.hq.done("list", "work_order")["items"][0]["number"].text)
            try tiers.hq.done("user", "add", "--name", "wang", "--display", "Mr wang", "--role", "technician")
            try desk.meet()
            let li = try #require(try desk.hq.done("list", "user", "login=li")["items"][0]["id"].text)
            let wang = try #require(try desk.hq.done("list", "user", "login=wang")["items"][0]["id"].text)
            for field in ["assignees+=wang", "assignees-=li"] {
                let made = try desk.li.done("propose", order, field, "--reason", "he is nearer")
                try desk.meet()
                try desk.office.done("proposals", "accept", try #require(made["number"].text))
                try desk.meet()
            }
            #expect(try desk.hq.done("get", order)["fields"]["assignees"].texts == [wang])
            let clearing = try desk.li.done("propose", desk.request, "severity=", "--reason", "not known yet")
            let again = try desk.li.done("propose", order, "assignees+=wang", "--reason", "he is nearer")
            try desk.meet()
            #expect(try desk.state(try #require(again["number"].text), on: desk.office) == "superseded")
            try desk.office.done("proposals", "accept", try #require(clearing["number"].text))
            try desk.meet()
            #expect(try desk.severity() == .null)
            #expect(li != wang)
        }
    }

    @Test("What nobody could accept, or he may write himself, is no proposal")
    func useless() throws {
        try Tiers.play { tiers in
            let desk = try Desk(tiers)
            for (field, code) in [
                ("notes+=x", "constraint"), ("status=closed", "derived"), ("number=SR-1", "set_once"),
                ("severity=urgent", "unknown_choice"), ("colour=red", "unknown_field"),
            ] {
                let outcome = try desk.li.verb("propose", desk.request, field, "--reason", "x")
                #expect(outcome.exit != 0)
                #expect(try outcome.error["code"] == .text(code), "\(outcome)")
            }
            #expect(try desk.li.done("proposals")["items"].items.isEmpty)
            #expect(try desk.li.done("status")["pending"] == .number(0))
        }
    }
}
