import ArgumentParser
import FieldModel
import Verbs

struct JobFinish: DeviceVerb {
    static let configuration = CommandConfiguration(
        commandName: "finish", abstract: "The work is done (完工).",
        discussion: """
            Example: field job finish WO-GZ03-K7-000214-5 --resolution "hose replaced" --fault-code HOSE-LEAK --cost 183.05AUD
            """)

    @OptionGroup var step: JobStepOptions

    @Option(help: "What was done.")
    var resolution: String?

    @Option(help: "What was wrong.")
    var diagnosis: String?

    @Option(help: "The fault's code.")
    var faultCode: String?

    @Option(help: "What it costs, such as 183.05AUD.")
    var cost: String?

    @Option(help: "Of your visit.")
    var summary: String?

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func report(_ context: VerbContext) throws -> Report {
        let named = [("resolution", resolution), ("diagnosis", diagnosis), ("fault_code", faultCode), ("cost", cost)]
        let order = named.compactMap { name, value in value.map { "\(name)=\($0)" } }
        let visit = summary.map { ["summary=\($0)"] } ?? []
        return try context.job(
            JobStep(.finished, reason: step.reason, at: step.at, order: order, visit: visit), on: step.order)
    }
}
