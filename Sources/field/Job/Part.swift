import ArgumentParser
import Verbs

struct Part: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Parts that were used (用料).",
        discussion: "Example: field part add WO-GZ03-K7-000214-5 --part HOSE-32 --quantity 1",
        subcommands: [PartAdd.self])
}

struct PartAdd: DeviceVerb {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "A part was used at your visit (登记用料).",
        discussion: "Example: field part add WO-GZ03-K7-000214-5 --part HOSE-32 --quantity 1 --amount 41.90AUD")

    @Argument(help: "The order.")
    var order: String

    @Option(help: "The part: its code or id.")
    var part: String

    @Option(help: "How many or how much.")
    var quantity = "1"

    @Option(help: "What it costs, such as 41.90AUD.")
    var amount: String?

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func report(_ context: VerbContext) throws -> Report {
        let fields = ["part=\(part)", "quantity=\(quantity)"] + (amount.map { ["amount=\($0)"] } ?? [])
        return try context.addPart(order: order, fields: fields)
    }
}
