import ArgumentParser
import Verbs

struct Asset: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Machines and what happened to them (资产).", discussion: "Example: field asset find EX-4711",
        subcommands: [AssetFind.self, AssetShow.self, AssetHistory.self, AssetInstall.self])
}

struct AssetFind: DeviceVerb {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "Find machines by words (查找资产).", discussion: "Example: field asset find EX-4711"
    )

    @Argument(help: "Words.")
    var text: [String]

    @Option(help: "At most so many.")
    var limit = 50

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func report(_ context: VerbContext) throws -> Report {
        try context.findAssets(text.joined(separator: " "), limit: limit)
    }
}

struct AssetShow: DeviceVerb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a machine and what happened to it (查看资产).",
        discussion: "Example: field asset show AS-GZ03-K7-000012-3")

    @Argument(help: "The machine.")
    var asset: String

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func report(_ context: VerbContext) throws -> Report { try context.showAsset(asset) }
}

struct AssetHistory: DeviceVerb {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show what happened to a machine (资产履历).",
        discussion: "Example: field asset history AS-GZ03-K7-000012-3")

    @Argument(help: "The machine.")
    var asset: String

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func report(_ context: VerbContext) throws -> Report { try context.assetHistory(asset) }
}
