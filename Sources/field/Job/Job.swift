import ArgumentParser
import Verbs

struct Job: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Work orders and the steps of a visit (工单).",
        discussion: """
            The first step that you take on an order makes your visit to it.

            Example: field job start WO-GZ03-K7-000214-5
            """,
        subcommands: [
            JobList.self, JobShow.self, JobNew.self, JobStepCommand<JobAccept>.self, JobStepCommand<JobDecline>.self,
            JobStepCommand<JobDepart>.self, JobStepCommand<JobArrive>.self, JobStepCommand<JobStart>.self,
            JobStepCommand<JobPause>.self, JobStepCommand<JobResume>.self, JobFinish.self,
            JobStepCommand<JobCannot>.self, JobStepCommand<JobLeave>.self,
        ])
}

struct JobList: DeviceVerb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List your orders (工单列表).", discussion: "Example: field job list --all")

    @Flag(help: "Also those that are over.")
    var all = false

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func report(_ context: VerbContext) throws -> Report { try context.jobs(all: all) }
}

struct JobShow: DeviceVerb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an order and what happened (查看工单).",
        discussion: "Example: field job show WO-GZ03-K7-000214-5")

    @Argument(help: "The order.")
    var order: String

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func report(_ context: VerbContext) throws -> Report { try context.showJob(order) }
}
