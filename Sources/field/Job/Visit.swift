import ArgumentParser
import Verbs

struct Visit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Visits to orders (上门).", discussion: "Example: field visit new --order WO-GZ03-K7-000214-5",
        subcommands: [VisitNew.self])
}

struct VisitNew: DeviceVerb {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make another visit to an order (新建上门).",
        discussion: "Example: field visit new --order WO-GZ03-K7-000214-5 --summary \"measured again\"")

    @Option(help: "The order.")
    var order: String

    @Option(help: "What was done, in a sentence.")
    var summary: String?

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func report(_ context: VerbContext) throws -> Report { try context.newVisit(order: order, summary: summary) }
}
