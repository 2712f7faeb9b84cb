import Foundation
import Testing

@Suite("fieldsyncd opens a node's data itself while nobody serves")
struct CLINodeTests {
    private let world: CLIWorld

    init() throws { world = try CLIWorld() }

    @Test("init tells the fingerprint, and the first administrator's password once")
    func initialises() throws {
        let run = try CLIProgram.run(
            "fieldsyncd",
            ["init", "--role", "hq", "--org", "Ironbark", "--json", "--data", world.folder.path + "/other"],
            in: world.folder)
        #expect(run.exit == 0)
        #expect(Set(run.json.keys) == ["node", "role", "name", "fingerprint", "root_fingerprint", "admin", "password"])
        #expect(run.text("fingerprint").count == 64)
        #expect(run.text("name") == "Ironbark")
        let again = try CLIProgram.run(
            "fieldsyncd", ["init", "--role", "hq", "--org", "Ironbark", "--data", world.folder.path + "/other"],
            in: world.folder)
        #expect(again.exit == 4)
    }

    @Test("a new record has an id and a number by which it is found")
    func makes() throws {
        let made = try world.node("new", "account", "name=Ironbark Mining", "type=企业", "tags=a", "tags=b")
        #expect(Set(made.json.keys) == ["type", "id", "number", "receipt"])
        let shown = try world.node("get", made.text("number"))
        #expect(
            Set(shown.json.keys) == ["type", "id", "number", "scope", "fields", "deleted", "conflicts", "receipt"])
        #expect(shown.text("id") == made.text("id"))
        #expect(shown.text("scope") == "account/\(made.text("id"))")
        let fields = try #require(shown.json["fields"] as? [String: Any])
        #expect(fields["type"] as? String == "company")
        #expect(fields["tags"] as? [String] == ["a", "b"])
        #expect(fields["status"] as? String == "prospect")
        #expect(try world.node("get", String(made.text("id").suffix(6))).text("id") == made.text("id"))
    }

    struct Mistake: Sendable, CustomStringConvertible {
        let arguments: [String]
        let exit: Int32
        let code: String
        var description: String { arguments.joined(separator: " ") }
    }

    static let mistakes = [
        Mistake(arguments: ["new", "acount"], exit: 2, code: "unknown_type"),
        Mistake(arguments: ["new", "account", "nam=x"], exit: 2, code: "unknown_field"),
        Mistake(arguments: ["new", "account", "name"], exit: 2, code: "usage"),
        Mistake(arguments: ["new", "account", "type=shop"], exit: 2, code: "unknown_choice"),
        Mistake(arguments: ["new", "site", "latitude=north"], exit: 2, code: "invalid_value"),
        Mistake(arguments: ["new", "site", "latitude=91"], exit: 2, code: "out_of_range"),
        Mistake(arguments: ["new", "account", "name=a", "name=b"], exit: 2, code: "usage"),
        Mistake(arguments: ["new", "account", "name+=a"], exit: 2, code: "usage"),
        Mistake(arguments: ["new", "account", "notes-=a"], exit: 2, code: "unknown_field"),
        Mistake(arguments: ["new", "work_event", "kind=created"], exit: 2, code: "missing"),
        Mistake(arguments: ["new", "account", "status=active"], exit: 4, code: "derived"),
        Mistake(arguments: ["new", "asset", "site=ffffff"], exit: 3, code: "not_found"),
        Mistake(arguments: ["get", "WO-HQ00-00-999999-0"], exit: 3, code: "not_found"),
        Mistake(arguments: ["list", "account", "--limit", "0"], exit: 2, code: "usage"),
        Mistake(arguments: ["list", "account", "--since", "soon"], exit: 2, code: "invalid_value"),
        Mistake(arguments: ["frobnicate"], exit: 2, code: "usage"),
        Mistake(arguments: ["device", "invite", "--user", "nobody"], exit: 3, code: "not_found"),
    ]

    @Test("what cannot be done says why, in a code and an exit code", arguments: mistakes)
    func refuses(mistake: Mistake) throws {
        let run = try world.node(mistake.arguments + ["--json"])
        #expect(run.exit == mistake.exit, "\(run.err)")
        #expect(run.error["code"] as? String == mistake.code)
        #expect(Set(run.error.keys) == ["code", "message", "hint", "retryable", "details"])
        #expect(run.out.isEmpty)
    }

    @Test("an unknown field is told with the nearest names")
    func suggests() throws {
        let run = try world.node("new", "account", "inddustry=mining")
        let details = try #require(run.error["details"] as? [String: Any])
        #expect(details["nearest"] as? [String] == ["industry"])
        #expect(try world.node(["new", "acount", "--lang", "zh"]).err.contains("没有类型"))
    }

    @Test("sets, logs and counters are added to and taken from; a register is replaced and cleared")
    func edits() throws {
        let id = try world.node("new", "asset", "serial=EX-1", "firmware=1", "cycles=5", "tags=hot").text("id")
        let first = try world.node(
            "set", id, "tags+=old", "tags-=hot", "cycles-=2", "notes+=one", "notes+=two", "firmware=")
        #expect(first.exit == 0)
        let fields = try #require(try world.node("get", id).json["fields"] as? [String: Any])
        #expect(fields["tags"] as? [String] == ["old"])
        #expect(fields["cycles"] as? Int == 3)
        #expect(fields["notes"] as? [String] == ["one", "two"])
        #expect(fields["firmware"] == nil)
        #expect(try world.node("set", id, "notes-=one").exit == 2)
        #expect(try world.node("set", id, "number=AS-1").exit == 4)
        #expect(try world.node("set", id).exit == 2)
    }

    @Test("an event says when it occurred and what came before it, and is never edited")
    func events() throws {
        let asset = try world.node("new", "asset", "serial=EX-1").text("id")
        let first = try world.node("new", "asset_event", "asset=\(asset)", "kind=installed").text("id")
        let second = try world.node(
            "new", "asset_event", "asset=\(asset)", "kind=failed", "occurred_at=2026-11-22T14:05:00"
        ).text("id")
        let fields = try #require(try world.node("get", second).json["fields"] as? [String: Any])
        #expect(fields["after"] as? [String] == [first])
        #expect(fields["occurred_at"] as? String == "2026-11-22T14:05:00+08:00")
        let shown = try #require(try world.node("get", asset).json["fields"] as? [String: Any])
        #expect(shown["condition"] as? String == "faulty")
        #expect(try world.node("set", second, "text=x").error["code"] as? String == "never_edited")
    }

    @Test("a list is narrowed by what records show, and says that there are more")
    func lists() throws {
        for name in ["a", "b", "c"] { try world.node("new", "account", "name=\(name)", "type=dealer") }
        try world.node("new", "account", "name=d", "type=person")
        let dealers = try world.node("list", "account", "type=dealer", "--limit", "2")
        #expect(dealers.items.count == 2)
        #expect(dealers.json["more"] as? Bool == true)
        #expect(Set(dealers.items[0].keys) == ["type", "id", "number", "fields"])
        #expect(try world.node("list", "account", "status=prospect").items.count == 4)
        let lines = try world.node(["list", "account", "--jsonl"]).out.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.allSatisfy { CLIRun.object(String($0))["type"] as? String == "account" })
    }

    @Test("a deleted record is out of lists, and its deletion can be taken back")
    func deletes() throws {
        let id = try world.node("new", "account", "name=Ironbark").text("id")
        #expect(try world.node("delete", id).exit == 0)
        #expect(try world.node("list", "account").items.isEmpty)
        #expect(try world.node("get", id).json["deleted"] as? Bool == true)
        #expect(try world.node("resolve", id, "--field", "deleted", "--value", "false").exit == 0)
        #expect(try world.node("list", "account").items.count == 1)
    }

    @Test("an earlier value is in the history and comes back as a new write")
    func restores() throws {
        let id = try world.node("new", "account", "name=Old", "industry=mining").text("id")
        try world.node("set", id, "name=New")
        try world.node("set", id, "name=Newest")
        let history = try world.node("history", id, "--field", "name")
        #expect(history.json["complete"] as? Bool == true)
        #expect(history.items.map { $0["after"] as? String } == ["Newest", "New", "Old"])
        #expect(history.items[1]["before"] as? String == "Old")
        let dot = try #require(history.items[1]["dot"] as? String)
        #expect(try world.node("restore", id, "--field", "name", "--dot", dot).exit == 0)
        let fields = try #require(try world.node("get", id).json["fields"] as? [String: Any])
        #expect(fields["name"] as? String == "New")
        #expect(try world.node("restore", id, "--field", "name", "--dot", "3d074bd72f0c12bc:9").exit == 3)
        #expect(try world.node("restore", id, "--field", "name", "--dot", "x").exit == 2)
    }

    @Test("an asset that moves takes its events along to the other site's scope")
    func moves() throws {
        let sites = try ["a", "b"].map { try world.node("new", "site", "name=\($0)").text("id") }
        let asset = try world.node("new", "asset", "serial=EX-1", "site=\(sites[0])").text("id")
        let event = try world.node("new", "asset_event", "asset=\(asset)", "kind=installed").text("id")
        #expect(try world.node("get", event).text("scope") == "site/\(sites[0])")
        try world.node("set", asset, "site=\(sites[1])")
        #expect(try world.node("get", asset).text("scope") == "site/\(sites[1])")
        #expect(try world.node("get", event).text("scope") == "site/\(sites[1])")
    }

    @Test("the canonical dump is sorted by type and id, and each line by its keys")
    func dumps() throws {
        for name in ["a", "b"] { try world.node("new", "account", "name=\(name)") }
        let lines = try world.node(["dump", "--canonical"]).out.split(separator: "\n").map(String.init)
        let places = lines.map { line -> String in
            let record = CLIRun.object(line)
            return "\(record["type"] ?? "") \(record["id"] ?? "")"
        }
        #expect(lines.count == 4)
        #expect(places == places.sorted())
        #expect(lines.allSatisfy { $0.hasPrefix(#"{"deleted":false,"fields":{"#) })
        #expect(try world.node(["dump"]).exit == 2)
    }

    @Test("an account's figures are added up over its sites")
    func accounts() throws {
        let account = try world.node("new", "account", "name=Ironbark").text("id")
        let site = try world.node("new", "site", "name=pit", "account=\(account)").text("id")
        try world.node("new", "asset", "serial=EX-1", "site=\(site)")
        try world.node("new", "work_order", "site=\(site)", "type=repair", "cost=183.05AUD")
        let totals = try #require(try world.node("account", "show", account).json["totals"] as? [String: Any])
        #expect(totals["sites"] as? Int == 1)
        #expect(totals["assets"] as? Int == 1)
        #expect(totals["orders"] as? [String: Int] == ["created": 1])
        #expect((totals["cost"] as? [[String: Any]])?.first?["minor"] as? Int == 18305)
    }

    @Test("verify reads everything and finds it whole")
    func verifies() throws {
        try world.node("new", "account", "name=a")
        let run = try world.node("verify")
        #expect(run.exit == 0)
        #expect(run.number("differed") == 0)
        #expect(run.number("records") == 3)
    }
}
