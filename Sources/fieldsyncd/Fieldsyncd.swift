import ArgumentParser
import Foundation
import Verbs

/// A node: HQ or a branch.
struct Fieldsyncd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fieldsyncd", abstract: "A node of FieldSync, headquarters or a branch (节点).",
        discussion: """
            While `serve` runs, the other verbs are done by it; otherwise they open the data themselves.

            Example: fieldsyncd serve --data /var/lib/fieldsync
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Node",
                subcommands: [
                    Initialise.self, Serve.self, Status.self, Verify.self, Audits.self, Bundles.self, MakeBackup.self,
                    RestoreNode.self, Key.self, Root.self,
                ]),
            CommandGroup(
                name: "What waits for somebody",
                subcommands: [Decide<NodeFolder>.self, Proposals.self, Accept.self, Dismiss.self]),
            CommandGroup(
                name: "People",
                subcommands: [User.self, Persons.self, Device.self, Branch.self, Scopes.self, Grants.self]),
            CommandGroup(
                name: "Records",
                subcommands: [
                    New<NodeFolder>.self, SetFields<NodeFolder>.self, Delete<NodeFolder>.self, Get<NodeFolder>.self,
                    List<NodeFolder>.self, Search<NodeFolder>.self, RecordHistory<NodeFolder>.self,
                    Conflicts<NodeFolder>.self, Resolve<NodeFolder>.self,
                    Attention<NodeFolder>.self, Receipts<NodeFolder>.self, Account.self, Import<NodeFolder>.self,
                    Attach<NodeFolder>.self, Attachments.self, Dump<NodeFolder>.self,
                    Export<NodeFolder>.self,
                ]),
        ])
}

@main
enum Main {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let code = Program.run(Fieldsyncd.self, arguments: arguments, translating: VerbFailure.translating) {
            try $0.run()
        }
        exit(code)
    }
}
