import ArgumentParser
import Verbs

struct Today: DeviceVerb {
    static let configuration = CommandConfiguration(
        abstract: "Your open orders, and what waits for you (今日工作).", discussion: "Example: field today")

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func report(_ context: VerbContext) throws -> Report { try context.today() }
}
