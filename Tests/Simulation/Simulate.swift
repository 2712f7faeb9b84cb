import ArgumentParser
import Foundation

/// `scripts/simulate`: runs seeds, prints a line for each that breaks a law, and exits 1 when one did.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run simulated worlds, each from its seed.")

    @Argument(help: "Seeds.")
    var seed: [UInt64] = [1]

    @Option(help: "How many seeds, from the last of them on.")
    var seeds: UInt64 = 1

    @Option(help: "Stop after so many seconds.")
    var seconds: Double?

    @Flag(help: "Set a node back in one seed of five besides.")
    var restores = false

    @Flag(help: "Print nothing but failures.")
    var quiet = false

    @Flag(help: "Print what happens.")
    var trace = false

    @Flag(help: "Leave out of a seed that fails what it fails without, and print what is left.")
    var shrink = false

    @Option(help: "What the failures are of: the commit, as the script says it.")
    var commit = "unknown"

    func validate() throws {
        if seeds < 1 { throw ValidationError("--seeds is 1 or more") }
    }

    func run() throws {
        let parent = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        let all = seed.dropLast() + (0..<seeds).map { (seed.last ?? 1) + $0 }
        let campaign = try Campaign(seeds: Array(all), in: parent, seconds: seconds, hasRestores: restores)
        if trace { return try show(all[0], campaign) }
        let commit = commit
        campaign.run { Self.tell("seed \($0.seed) at \(commit): \($0.violation)") }
        if shrink, let failure = campaign.failures.first { try shorten(failure, campaign) }
        if !quiet { Self.tell("\(campaign.done) seeds, \(campaign.failures.count) failed") }
        if !campaign.failures.isEmpty { throw ExitCode(1) }
    }

    private func show(_ seed: UInt64, _ campaign: Campaign) throws {
        let run = try campaign.run(campaign.plan(seed))
        for line in run.trace.lines { Self.tell(line) }
        Self.tell("trace \(run.trace.hash)")
        guard let violation = run.violation else { return }
        Self.tell("\(violation)")
        throw ExitCode(1)
    }

    private func shorten(_ failure: Campaign.Failure, _ campaign: Campaign) throws {
        var shrinker = Shrinker(law: failure.violation.law) { try campaign.run($0).violation }
        let plan = try shrinker.shrink(campaign.plan(failure.seed))
        Self.tell("seed \(failure.seed) needs \(plan.steps.count) steps:")
        let run = try campaign.run(plan)
        for line in run.trace.lines { Self.tell("  \(line)") }
        Self.tell("\(run.violation.map { "\($0)" } ?? "")")
    }

    private static func tell(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
