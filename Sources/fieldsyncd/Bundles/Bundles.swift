import ArgumentParser

struct Bundles: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle", abstract: "Exchange by file, where there is no network (离线数据包).",
        discussion: """
            Import what somebody brought, with --answer, and give him the answer. A branch whose line to headquarters is down \
            exports a bundle, has it answered there, and imports the answer.

            Example: fieldsyncd bundle import week.bundle --answer back.bundle --data /var/lib/fieldsync
            """,
        subcommands: [BundleExport.self, BundleImport.self])
}
