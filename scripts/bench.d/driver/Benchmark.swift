import ArgumentParser

/// What the benchmark does that no verb of the programs does: many changes in one process, exchanges over a connection
/// that stays open, load. Each verb prints one JSON object. Built by scripts/bench alone.
@main
struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fieldbench", abstract: "A device for benchmarks.",
        subcommands: [Enrol.self, Change.self, Exchanges.self, Forget.self, Load.self, Latency.self])
}
