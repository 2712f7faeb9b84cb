import Foundation
import Testing

@Suite("What a node refuses is kept, explained, amended or discarded")
struct RefusalTests {
    /// A technician's device with a site's machine, and an order that he is on.
    private struct Case {
        let hq: ServedNode
        let li: FieldDevice
        let machine: String
        let site: String
        let order: String

        init(_ tiers: Tiers) throws {
            hq = tiers.hq
            machine = try tiers.machine(at: hq, serial: "EX-1")
            site = try #require(try hq.done("get", machine)["fields"]["site"].text)
            li = try tiers.device("li", at: hq)
            order = try #require(
                try hq.done(
                    "new", "work_order", "type=repair", "asset=\(machine)", "site=\(site)", "assignees+=li")["number"]
                    .text)
            try li.sync()
        }

        /// A machine that the device has not heard of.
        func unknownMachine() throws -> String {
            try #require(try hq.done("new", "asset", "serial=EX-2", "site=\(site)")["id"].text)
        }

        /// A request for a site that is none: nobody but the node can tell.
        func misplaced() throws -> String {
            let request = try li.done("new", "request", "site=\(try unknownMachine())", "description=leaks")
            return try #require(request["number"].text)
        }

        func rejected() throws -> [JSON] { try li.done("rejected")["items"].items }

        func id(_ index: Int = 0) throws -> String { try #require(try rejected()[index]["id"].text) }
    }

    @Test("A role that was taken away: told why, shown to nobody, and given up without a trace")
    func role() throws {
        try Tiers.play { tiers in
            let wu = try Case(tiers)
            let user = try #require(try wu.hq.done("list", "user", "login=li")["items"][0]["id"].text)
            try wu.hq.done("set", user, "roles+=dispatcher")
            try wu.li.sync()
            try wu.hq.done("set", user, "roles-=dispatcher")
            try wu.li.done("set", wu.order, "window_start=2026-11-22T14:05:00+08:00")
            #expect(try wu.li.verb("sync").exit == 12)
            let item = try wu.rejected()[0]
            #expect(item["code"] == .text("field_forbidden") && item["number"] == .text(wu.order))
            #expect(item["changes"]["window_start"] == .text("2026-11-22T14:05:00+08:00"))
            #expect(try wu.li.done("attention")["rejected"].items.count == 1)
            let name = try wu.id()
            let told = try wu.li.command(["rejected", "--lang", "zh"]).run().text
            #expect(told.contains("角色不能填写工单的“预约开始”") && told.contains("field discard \(name)"))
            #expect(told.contains("field propose \(wu.order) window_start="))
            #expect(try wu.li.done("get", wu.order)["fields"]["window_start"] == .null)
            #expect(
                try wu.li.verb("amend", name, "window_end=2026-11-22T15:05:00+08:00").isRefused(4, "field_forbidden"))
            #expect(try wu.rejected().count == 1)
            #expect(try wu.li.done("discard", name)["discarded"] == .flag(true))
            #expect(try wu.li.verb("discard", name).isRefused(3, "not_found"))
            let sync = try wu.li.sync()
            #expect(sync["rejected"] == .number(0) && sync["pending"] == .number(0))
            #expect(try wu.rejected().isEmpty)
            #expect(try wu.hq.done("get", wu.order)["fields"]["window_start"] == .null)
            #expect(try wu.li.verb("verify").exit == 0)
        }
    }

    @Test("A creation with a bad value is amended until it is right, under its id and number")
    func amendTwice() throws {
        try Tiers.play { tiers in
            let li = try Case(tiers)
            let number = try li.misplaced()
            #expect(try li.li.verb("sync").exit == 12)
            let item = try li.rejected()[0]
            #expect(item["code"] == .text("wrong_reference") && item["number"] == .text(number))
            #expect(try li.li.verb("get", number).isRefused(3, "not_found"))
            let other = try #require(try li.hq.done("new", "account", "name=Rio", "type=company")["id"].text)
            try li.li.done("amend", try li.id(), "site=\(other)", "description=leaks at the boom")
            #expect(try li.rejected().isEmpty)
            #expect(try li.li.verb("sync").exit == 12)
            try li.li.done("amend", try li.id(), "site=\(li.site)")
            #expect(try li.li.verb("sync").exit == 0)
            let request = try li.hq.done("get", number)
            #expect(request["id"] == item["record"])
            #expect(request["fields"]["site"] == .text(li.site))
            #expect(request["fields"]["description"] == .text("leaks at the boom"))
            #expect(try li.rejected().isEmpty)
            #expect(try Tiers.agree([li.hq], [li.li]))
        }
    }

    @Test("What was written on a refused creation is refused with it, waits for it, and comes after it")
    func laterChanges() throws {
        try Tiers.play { tiers in
            let li = try Case(tiers)
            let number = try li.misplaced()
            try li.li.done("set", number, "notes+=oil on the ground")
            try li.li.done("set", number, "notes+=sealed it for now")
            #expect(try li.li.verb("sync").exit == 12)
            #expect(try li.rejected().map { $0["number"] } == Array(repeating: .text(number), count: 3))
            // Newest first: the creation is the last one.
            let ids = try li.rejected().compactMap { $0["id"].text }
            try #require(ids.count == 3)
            let early = try li.li.verb("amend", ids[0], "notes+=x")
            #expect(try early.isRefused(4, "constraint"))
            #expect(try early.error["message"].text?.contains("rejected \(ids[2])") == true, "\(early)")
            try li.li.done("amend", ids[2], "site=\(li.site)")
            try li.li.done("amend", ids[1], "notes+=oil below the boom")
            try li.li.done("discard", ids[0])
            #expect(try li.li.verb("sync").exit == 0)
            #expect(try li.hq.done("get", number)["fields"]["notes"].texts == ["oil below the boom"])
            #expect(try Tiers.agree([li.hq], [li.li]))
        }
    }

    @Test("A refused creation is given up with all that was written on it")
    func givenUp() throws {
        try Tiers.play { tiers in
            let li = try Case(tiers)
            let number = try li.misplaced()
            try li.li.done("set", number, "notes+=oil on the ground")
            #expect(try li.li.verb("sync").exit == 12)
            let ids = try li.rejected().compactMap { $0["id"].text }
            try #require(ids.count == 2)
            try li.li.done("discard", ids[1])
            let late = try li.li.verb("amend", ids[0], "notes+=x")
            #expect(try late.isRefused(4, "constraint"))
            #expect(try late.error["hint"].text?.contains("discard \(ids[0])") == true, "\(late)")
            try li.li.done("discard", ids[0])
            #expect(try li.li.verb("sync").exit == 0)
            #expect(try li.hq.verb("get", number).exit == 3)
            #expect(try li.li.verb("verify").exit == 0)
        }
    }

    @Test("A step of a job is amended in whichever of its records the value stands")
    func severalRecords() throws {
        try Tiers.play { tiers in
            let li = try Case(tiers)
            let user = try #require(try li.hq.done("list", "user", "login=li")["items"][0]["id"].text)
            try li.hq.done("set", user, "roles-=technician", "roles+=auditor")
            try li.li.done("job", "accept", li.order, "--reason", "on my way")
            #expect(try li.li.verb("sync").exit == 12)
            try li.hq.done("set", user, "roles+=technician")
            try li.li.sync()
            try li.li.done("amend", try li.id(), "reason=there at noon", "summary=first look")
            #expect(try li.li.verb("sync").exit == 0)
            let visit = try li.hq.done("list", "visit")["items"][0]
            #expect(visit["fields"]["summary"] == .text("first look"))
            let event = try li.hq.done("list", "work_event", "kind=accepted")["items"][0]
            #expect(event["fields"]["reason"] == .text("there at noon"))
            #expect(event["fields"]["visit"] == visit["id"])
        }
    }
}
