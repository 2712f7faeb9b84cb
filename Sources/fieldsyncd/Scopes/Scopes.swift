import ArgumentParser
import FieldModel
import Verbs

struct Scopes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scope", abstract: "Who holds which part of the records (范围).",
        discussion: "Example: fieldsyncd scope explain wei --data DIR",
        subcommands: [ScopeExplain.self, ScopePlan.self, ScopeAssign.self])
}

struct ScopeExplain: RecordVerb {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Tell what somebody holds, how much it is, since when and why (范围说明).",
        discussion: """
            A device holds what its person holds. Who holds no site or account gets one by an order that names him, by serving it, by \
            being on its team, or by a grant.

            Example: fieldsyncd scope explain K7 --data DIR --json
            """)

    @Argument(help: "A login, a branch, or a device by its code, name or id.")
    var holder: String

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func run() throws { try place.perform(self) }

    func report(_ context: VerbContext) throws -> Report { try context.explainScopes(holder) }
}

struct ScopePlan: RecordVerb {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Tell who would gain and lose what by a change, without making it (变更预览).",
        discussion: """
            Example: fieldsyncd scope plan --account AC-HQ00-00-000001-7 --to Perth --data DIR
            Example: fieldsyncd scope plan --user wei --role dispatcher technician --data DIR
            """)

    @Option(help: "A site that another branch would serve (--to).")
    var site: String?

    @Option(help: "An account all of whose sites another branch would serve (--to).")
    var account: String?

    @Option(help: "The branch that would serve them, by name or code.")
    var to: String?

    @Option(help: "A person who would be of another branch (--branch) or have other roles (--role).")
    var user: String?

    @Option(help: "The person's branch, by name or code.")
    var branch: String?

    @Option(parsing: .upToNextOption, help: "The roles that the person would have, and no others.")
    var role: [Role] = []

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func validate() throws { _ = try change() }

    func run() throws { try place.perform(self) }

    func report(_ context: VerbContext) throws -> Report { try context.planScopes(change()) }

    private func change() throws -> PlannedChange {
        switch (site, account, user, to) {
        case (let site?, nil, nil, let to?): return .site(site, branch: to)
        case (nil, let account?, nil, let to?): return .account(account, branch: to)
        case (nil, nil, let user?, nil) where branch != nil || !role.isEmpty:
            return .user(user, branch: branch, roles: role.isEmpty ? nil : role)
        default:
            throw ValidationError("name --site or --account with --to, or --user with --branch or --role")
        }
    }
}

struct ScopeAssign: RecordVerb {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "Have a branch serve sites (分配现场).",
        discussion: """
            Its devices and office get them with their accounts; who served them before loses them. `scope plan` tells beforehand.

            Example: fieldsyncd scope assign --to Perth --unassigned --data DIR
            """)

    @Argument(help: "The sites, by id or at least 6 last digits of it.")
    var sites: [String] = []

    @Option(help: "The branch, by name or code.")
    var to: String

    @Option(help: "All sites of this account.")
    var account: String?

    @Flag(help: "All sites that no branch serves.")
    var unassigned = false

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func validate() throws { _ = try meant() }

    func run() throws { try place.perform(self) }

    func report(_ context: VerbContext) throws -> Report { try context.assignSites(meant(), to: to) }

    private func meant() throws -> MeantSites {
        switch (sites.isEmpty, account, unassigned) {
        case (false, nil, false): return .named(sites)
        case (true, let account?, false): return .ofAccount(account)
        case (true, nil, true): return .unassigned
        default: throw ValidationError("name sites, or --account, or --unassigned")
        }
    }
}
