import ArgumentParser
import Verbs

struct Bundles: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle", abstract: "Exchange by file, where there is no network (离线数据包).",
        discussion: """
            Export a bundle, carry the file to your branch or let anybody carry it, and import the answer.

            Example: field bundle export week.bundle
            """,
        subcommands: [BundleExport.self, BundleImport.self])
}
