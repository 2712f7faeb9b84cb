import ArgumentParser
import FieldModel
import Verbs

/// What every step of a job takes.
struct JobStepOptions: ParsableArguments {
    @Argument(help: "The order.")
    var order: String

    @Option(help: "When it was, such as 2026-11-22T14:05 (default: now).")
    var at: String?

    @Option(help: "Why.")
    var reason: String?
}

/// A step with a verb of its own.
protocol JobStepVerb {
    static var verb: String { get }
    static var kind: WorkEventKind { get }
    static var says: String { get }
    /// For the example.
    static var reason: String? { get }
}

extension JobStepVerb {
    static var reason: String? { nil }
}

struct JobStepCommand<Step: JobStepVerb>: DeviceVerb {
    static var configuration: CommandConfiguration {
        let reason = Step.reason.map { " --reason \"\($0)\"" } ?? ""
        return CommandConfiguration(
            commandName: Step.verb, abstract: "\(Step.says) (\(Step.kind.label.zh)).",
            discussion: "Example: field job \(Step.verb) WO-GZ03-K7-000214-5\(reason)")
    }

    @OptionGroup var step: JobStepOptions
    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func report(_ context: VerbContext) throws -> Report {
        try context.job(JobStep(Step.kind, reason: step.reason, at: step.at), on: step.order)
    }
}

enum JobAccept: JobStepVerb {
    static let (verb, kind, says) = ("accept", WorkEventKind.accepted, "You accept an order")
}

enum JobDecline: JobStepVerb {
    static let (verb, kind, says) = ("decline", WorkEventKind.declined, "You decline an order")
    static let reason: String? = "ill"
}

enum JobDepart: JobStepVerb {
    static let (verb, kind, says) = ("depart", WorkEventKind.departed, "You are on your way")
}

enum JobArrive: JobStepVerb {
    static let (verb, kind, says) = ("arrive", WorkEventKind.arrived, "You are there")
}

enum JobStart: JobStepVerb {
    static let (verb, kind, says) = ("start", WorkEventKind.started, "Work begins")
}

enum JobPause: JobStepVerb {
    static let (verb, kind, says) = ("pause", WorkEventKind.paused, "Work stops for now")
    static let reason: String? = "waiting for a part"
}

enum JobResume: JobStepVerb {
    static let (verb, kind, says) = ("resume", WorkEventKind.resumed, "Work goes on")
}

enum JobCannot: JobStepVerb {
    static let (verb, kind, says) = ("cannot", WorkEventKind.cannot, "The work cannot be done")
    static let reason: String? = "site closed"
}

enum JobLeave: JobStepVerb {
    static let (verb, kind, says) = ("leave", WorkEventKind.left, "You leave the site")
}
