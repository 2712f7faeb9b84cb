import Testing

@Suite("Scopes and grants, as the verbs of a node tell of them")
struct ScopeVerbTests {
    /// Two branches of HQ's records with a technician each, and a customer whose site the first serves.
    private struct Customer {
        let hq: ServedNode
        let perth = SharedTiers.name("Perth")
        let cairns = SharedTiers.name("Cairns")
        let wei = SharedTiers.name("wei")
        let bob = SharedTiers.name("bob")
        let account: String
        let site: String

        init() throws {
            hq = try SharedTiers.tiers.get().hq
            for branch in [perth, cairns] { try hq.done("branch", "invite", "--name", branch) }
            for (login, branch) in [(wei, perth), (bob, cairns)] {
                try hq.done(
                    "user", "add", "--name", login, "--display", login, "--role", "technician", "--branch", branch)
            }
            account = try #require(try hq.done("new", "account", "name=Ironbark")["id"].text)
            site = try #require(
                try hq.done("new", "site", "account=\(account)", "name=North pit", "branch=\(perth)")["id"].text)
        }

        func scopes(_ holder: String) throws -> [JSON] { try hq.done("scope", "explain", holder)["items"].items }

        func scope(_ scope: String, of holder: String) throws -> JSON? {
            try scopes(holder).first { $0["scope"] == .text(scope) }
        }
    }

    @Test("explain tells what somebody holds, how much, since when and because of which records")
    func explain() throws {
        let customer = try Customer()
        let (hq, site) = (customer.hq, "site/\(customer.site)")
        #expect(try customer.scope(site, of: customer.wei) == nil)
        let order = try hq.done(
            "new", "work_order", "type=repair", "site=\(customer.site)", "assignees=\(customer.wei)")
        let held = try #require(try customer.scope(site, of: customer.wei))
        #expect(held["name"] == .text("North pit"))
        #expect(held["records"] == .number(2))
        #expect(try #require(held["bytes"].number) > 100)
        #expect(held["since"].text?.hasSuffix("Z") == true)
        let because = held["because"][0]
        #expect(because["reason"] == .text("assigned") && because["number"] == order["number"])
        #expect(because["type"] == .text("work_order") && because["id"] == order["id"])
        let perth = try hq.done("scope", "explain", customer.perth)
        #expect(perth["holder"]["type"] == .text("branch") && perth["holder"]["name"] == .text(customer.perth))
        let reasons = perth["items"].items.first { $0["scope"] == .text(site) }?["because"].items.map { $0["reason"] }
        #expect(reasons?.contains(.text("serves")) == true && reasons?.contains(.text("assigned")) == true)
        let records = try perth["items"].items.map { try #require($0["records"].number) }
        #expect(perth["records"].number == records.reduce(0, +))
        let text = try hq.command(["scope", "explain", customer.wei, "--lang", "zh"]).run().text
        #expect(text.contains("现场 North pit") && text.contains("派工") && text.contains("人人可见"))
        #expect(try hq.done("scope", "explain", "admin")["items"][0]["scope"] == .text("*"))
    }

    @Test("explain finds a device's person by its code, and tells who was near when nobody has the name")
    func holders() throws {
        let device = try SharedTiers.device()
        let perth = try SharedTiers.perth
        let listed = try perth.done("device", "list")["items"].items.first { $0["name"] == .text(device.name) }
        let code = try #require(listed?["code"].text)
        let explained = try perth.done("scope", "explain", code)
        #expect(explained["holder"]["device"] == .text(code) && explained["holder"]["name"] == .text(device.name))
        #expect(explained["items"].items.contains { $0["scope"].text?.hasPrefix("user/") == true })
        let id = try #require(listed?["id"].text)
        let hq = try SharedTiers.tiers.get().hq
        #expect(
            try eventually(within: 20) { try hq.verb("scope", "explain", id).exit == 0 }, "HQ knows it by its record")
        #expect(try hq.done("scope", "explain", id)["holder"]["name"] == .text(device.name))
        #expect(try hq.done("scope", "explain", device.name)["holder"]["device"] == .null, "he and his device are one")
        let unknown = try perth.verb("scope", "explain", "perht")
        #expect(unknown.exit == 3)
        #expect(try unknown.error["details"]["candidates"].texts.contains("perth"))
        #expect(try perth.command(["scope", "explain", "perht", "--lang", "zh"]).run().complaint.contains("是否指"))
    }

    @Test("plan tells who would gain and lose what, and writes nothing")
    func plan() throws {
        let customer = try Customer()
        let hq = customer.hq
        let before = try customer.scopes(customer.cairns).count
        let plan = try hq.done("scope", "plan", "--account", customer.account, "--to", customer.cairns)["items"].items
        func move(_ name: String) throws -> JSON { try #require(plan.first { $0["holder"]["name"] == .text(name) }) }
        let scopes = ["account/\(customer.account)", "site/\(customer.site)"]
        #expect(try move(customer.cairns)["gains"]["scopes"].texts == scopes)
        #expect(try move(customer.cairns)["gains"]["records"] == .number(2))
        #expect(try move(customer.perth)["loses"]["scopes"].texts == scopes)
        #expect(try move(customer.perth)["loses"]["bytes"] == move(customer.cairns)["gains"]["bytes"])
        #expect(plan.count == 2)
        #expect(try customer.scopes(customer.cairns).count == before)
        let site = try hq.done("scope", "plan", "--site", customer.site, "--to", customer.cairns)["items"].items
        #expect(site == plan)
        let role = try hq.done("scope", "plan", "--user", customer.wei, "--role", "service_rep")["items"]
        #expect(role[0]["holder"]["name"] == .text(customer.wei))
        #expect(Set(scopes).isSubset(of: role[0]["gains"]["scopes"].texts))
        let moved = try hq.done("scope", "plan", "--user", customer.wei, "--branch", customer.cairns)["items"].items
        #expect(Set(moved.compactMap { $0["holder"]["name"].text }) == [customer.perth, customer.cairns])
        let users = try hq.done("list", "user", "login=\(customer.wei)")["items"]
        let user = try hq.done("get", #require(users[0]["id"].text))
        #expect(user["fields"]["roles"].texts == ["technician"])
        #expect(try hq.verb("scope", "plan", "--site", customer.site).exit == 2)
        #expect(try hq.verb("scope", "plan", "--user", customer.wei, "--to", customer.perth).exit == 2)
    }

    @Test("assign has a branch serve named sites, an account's, or those that none serves, and says how many")
    func assign() throws {
        let customer = try Customer()
        let hq = customer.hq
        func assign(_ arguments: String...) throws -> JSON { try hq.done(["scope", "assign"] + arguments) }
        var answer = try assign("--to", customer.cairns, customer.site)
        #expect(answer["assigned"] == .number(1) && answer["already"] == .number(0))
        #expect(try customer.scope("site/\(customer.site)", of: customer.cairns) != nil)
        answer = try assign("--to", customer.cairns, "--account", customer.account)
        #expect(answer["assigned"] == .number(0) && answer["already"] == .number(1))
        let nobodys = try #require(
            try hq.done("new", "site", "account=\(customer.account)", "name=South pit")["id"].text)
        #expect(try customer.scope("site/\(nobodys)", of: customer.perth) == nil)
        #expect(try #require(try assign("--to", customer.perth, "--unassigned")["assigned"].number) >= 1)
        #expect(try customer.scope("site/\(nobodys)", of: customer.perth) != nil)
        let unknown = try hq.verb("scope", "assign", "--to", "Pert", customer.site)
        #expect(unknown.exit == 3)
        #expect(try unknown.error["details"]["candidates"].texts.contains(customer.perth))
        #expect(try hq.verb("scope", "assign", "--to", customer.perth).exit == 2)
        #expect(try hq.verb("scope", "assign", "--to", customer.perth, customer.site, "--unassigned").exit == 2)
    }

    @Test("a grant opens a site and its account until it ends or is revoked, and is listed")
    func grants() throws {
        let customer = try Customer()
        let hq = customer.hq
        let site = "site/\(customer.site)"
        let added = try hq.done(
            "grant", "add", "--to", customer.bob, "--site", customer.site, "--until", "2999-01-01T00:00:00Z",
            "--reason", "helps out")["items"]
        #expect(Set(added.items.compactMap { $0["scope"].text }) == [site, "account/\(customer.account)"])
        let grant = try #require(added.items.first { $0["scope"] == .text(site) })
        #expect(grant["state"] == .text("running") && grant["reason"] == .text("helps out"))
        #expect(try customer.scope(site, of: customer.bob)?["because"][0]["reason"] == .text("grant"))
        #expect(try customer.scope(site, of: customer.cairns) != nil)
        let id = try #require(grant["id"].text)
        #expect(try hq.done("grant", "list", "--to", customer.bob)["items"].items.count == 2)
        let revoked = try hq.done("grant", "revoke", id, "--reason", "back home")["items"]
        #expect(revoked[0]["state"] == .text("revoked") && revoked.items.count == 1)
        #expect(try customer.scope(site, of: customer.bob) == nil)
        #expect(try customer.scope("account/\(customer.account)", of: customer.bob) != nil)
        #expect(try hq.done("grant", "list", "--to", customer.bob)["items"].items.count == 1)
        #expect(try hq.done("grant", "list", "--to", customer.bob, "--all")["items"].items.count == 2)
        let branch = try hq.done(
            "grant", "add", "--to", customer.cairns, "--account", customer.account, "--from", "2998-01-01T00:00:00Z",
            "--until", "2999-01-01T00:00:00Z")["items"]
        #expect(branch[0]["state"] == .text("coming") && branch[0]["holder"]["type"] == .text("branch"))
        let nonsense = try hq.verb(
            "grant", "add", "--to", customer.bob, "--scope", "everything", "--until", "2999-01-01T00:00:00Z")
        #expect(nonsense.exit == 2)
        #expect(try nonsense.error["code"] == .text("invalid_value"))
        #expect(try hq.verb("grant", "add", "--to", customer.bob, "--until", "2999-01-01T00:00:00Z").exit == 2)
        #expect(try hq.verb("grant", "revoke", "ffffffff").exit == 3)
    }
}
