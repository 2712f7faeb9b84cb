import ArgumentParser
import Verbs

struct Grants: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant", abstract: "Access for a while, beyond what follows from the work (授权).",
        discussion: "Example: fieldsyncd grant add --to wei --site 5f3a9c --until 2026-12-01 --data DIR",
        subcommands: [GrantAdd.self, GrantRevoke.self, GrantList.self])
}

struct GrantAdd: RecordVerb {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Let a person or a branch hold something for a while (新增授权).",
        discussion: """
            With --site its account is opened too. What was done while a grant ran is taken also when it comes later.

            Example: fieldsyncd grant add --to wei --site 5f3a9c --until 2026-12-01T18:00+08:00 --reason "helps out" --data DIR
            """)

    @Option(help: "A login, a branch, or a device of the person.")
    var to: String

    @Option(help: "A site.")
    var site: String?

    @Option(help: "An account.")
    var account: String?

    @Option(help: "A scope as it is written, such as account/ID#credit.")
    var scope: String?

    @Option(help: "From when on (default: now).")
    var from: String?

    @Option(help: "Until when.")
    var until: String

    @Option(help: "Why, for whoever asks later.")
    var reason: String?

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard [site, account, scope].compactMap({ $0 }).count == 1 else {
            throw ValidationError("name one of --site, --account and --scope")
        }
    }

    func run() throws { try place.perform(self) }

    func report(_ context: VerbContext) throws -> Report {
        try context.addGrant(
            GrantArguments(
                to: to, site: site, account: account, scope: scope, from: from, until: until, reason: reason))
    }
}

struct GrantRevoke: RecordVerb {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "End a grant now (撤销授权).",
        discussion: "Example: fieldsyncd grant revoke 9ad04c1e --reason \"back home\" --data DIR")

    @Argument(help: "The grant: its id, or at least 6 last digits of it.")
    var grant: String

    @Option(help: "Why, for whoever asks later.")
    var reason: String?

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func run() throws { try place.perform(self) }

    func report(_ context: VerbContext) throws -> Report { try context.revokeGrant(grant, reason: reason) }
}

struct GrantList: RecordVerb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the grants that run or will run (授权列表).",
        discussion: "Example: fieldsyncd grant list --to wei --all --data DIR")

    @Option(help: "Of this login, branch or device's person.")
    var to: String?

    @Flag(help: "Also those that ended or were revoked.")
    var all = false

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func run() throws { try place.perform(self) }

    func report(_ context: VerbContext) throws -> Report { try context.listGrants(of: to, all: all) }
}
