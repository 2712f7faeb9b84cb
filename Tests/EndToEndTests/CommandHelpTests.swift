import Testing

@Suite("Commands: help and language")
struct CommandHelpTests {
    static let verbs: [(Program, [String])] = [
        (
            .fieldsyncd,
            [
                "init", "serve", "status", "verify", "bundle export", "bundle import", "backup", "user add",
                "device invite", "device list",
                "device revoke",
                "device suspend", "device resume", "branch invite", "branch list", "scope explain", "scope plan",
                "scope assign", "grant add", "grant revoke", "grant list", "new", "set", "delete", "get",
                "list",
                "search", "history", "restore", "conflicts", "resolve", "attention", "decide", "proposals list",
                "proposals accept",
                "proposals reject", "receipts",
                "account show",
                "import",
                "attach", "attachments list", "attachments policy", "dump",
            ]
        ),
        (
            .field,
            [
                "enroll", "sync", "bundle export", "bundle import", "status", "verify", "new", "set", "delete", "get",
                "list", "search", "history",
                "restore", "conflicts", "resolve", "attention", "decide", "propose", "proposals list",
                "proposals accept", "proposals reject", "rejected", "amend", "discard", "receipts",
                "dump",
                "today", "job list", "job show", "job new", "job accept", "job decline", "job depart", "job arrive",
                "job start", "job pause", "job resume", "job finish", "job cannot", "job leave", "visit new",
                "part add",
                "attach", "attachments list", "attachments get", "attachments pin", "attachments unpin",
                "attachments policy", "asset find", "asset show", "asset history", "asset install",
            ]
        ),
    ]

    private static func help(_ program: Program, _ verb: String) throws -> Outcome {
        let words = verb.split(separator: " ").map(String.init)
        return try Command(program, words + ["--help"], in: SharedTiers.tiers.get().folder).run()
    }

    static let all = verbs.flatMap { program, verbs in verbs.map { "\(program.rawValue) \($0)" } }

    @Test("Every verb explains itself with an example that calls it", arguments: all)
    func example(line: String) throws {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        let program = try #require(Program(rawValue: words[0]))
        let help = try Self.help(program, words[1])
        #expect(help.exit == 0)
        #expect(help.text.contains("Example: \(line)"), "\(help.text)")
    }

    @Test("The list of verbs tells of all of them", arguments: [Program.field, .fieldsyncd])
    func overview(program: Program) throws {
        let text = try Command(program, ["--help"], in: SharedTiers.tiers.get().folder).run().text
        let names = Set(Self.verbs.first { $0.0 == program }?.1.compactMap { $0.split(separator: " ").first } ?? [])
        for name in names { #expect(text.contains("\n  \(name) "), "\(name)") }
    }

    @Test("Sentences are Chinese when they are asked for, by an option or by LANG, and documents keep their keys")
    func chinese() throws {
        let device = try SharedTiers.device()
        let status = try device.command(["status", "--lang", "zh"]).run()
        #expect(status.text.contains("上级节点"))
        var command = device.command(["get", "nothing"])
        command.environment["LANG"] = "zh_CN.UTF-8"
        let refused = try command.run()
        #expect(refused.exit == 3 && refused.complaint.contains("此处没有记录"))
        let document = try device.verb("get", "nothing", "--lang", "zh")
        #expect(try document.error["code"] == .text("not_found"))
        #expect(try document.error["message"].text?.contains("此处没有记录") == true)
        let node = try SharedTiers.perth.command(["get", "nothing", "--lang", "zh"]).run()
        #expect(node.complaint.contains("此处没有记录"))
    }

    @Test("Without --json a complaint is a sentence and what to do, on standard error alone")
    func sentences() throws {
        let outcome = try SharedTiers.device().command(["get", "nothing"]).run()
        #expect(outcome.stdout.isEmpty)
        #expect(outcome.complaint.split(separator: "\n").count == 2)
        #expect(!outcome.complaint.contains("{"))
    }

    @Test("--version is a version", arguments: [Program.field, .fieldsyncd])
    func version(program: Program) throws {
        let outcome = try Command(program, ["--version"], in: SharedTiers.tiers.get().folder).run()
        #expect(outcome.exit == 0)
        #expect(outcome.text.split(separator: ".").count == 3)
    }
}
