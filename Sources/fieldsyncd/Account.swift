import ArgumentParser
import Verbs

struct Account: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Customers across branches (客户).",
        discussion: "Example: fieldsyncd account show AC-HQ00-00-000001-7 --data DIR",
        subcommands: [AccountShow.self])
}

struct AccountShow: RecordVerb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an account's figures, in all and by branch (客户汇总).",
        discussion: """
            fresh_at says as of when a branch's figures are known here.

            Example: fieldsyncd account show AC-HQ00-00-000001-7 --data DIR --json
            """)

    @Argument(help: "The account.")
    var account: String

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func run() throws { try place.perform(self) }

    func report(_ context: VerbContext) throws -> Report { try context.accountFigures(account) }
}
