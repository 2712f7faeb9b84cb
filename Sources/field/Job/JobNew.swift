import ArgumentParser
import Verbs

struct JobNew: DeviceVerb {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make an order for yourself (新建工单).",
        discussion: """
            For work that no order announced: a repair, an emergency or a visit. The dispatcher sees it when you sync.

            Example: field job new --asset AS-GZ03-K7-000012-3 --type repair --text "hose leaks"
            """)

    @Option(help: "The machine.")
    var asset: String

    @Option(help: "repair, emergency or visit.")
    var type = "repair"

    @Option(help: "What is wrong.")
    var text: String?

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func report(_ context: VerbContext) throws -> Report { try context.newJob(asset: asset, type: type, text: text) }
}
