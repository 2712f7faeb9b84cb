import Foundation
import Testing

@Suite("Simulation: whole organisations under every fault, each from a seed")
struct SimulationTests {
    private static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "Simulation")
    private static let kept = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Simulation/Seeds.txt")
    /// What a run of the tests holds: as many seeds, or as many seconds. Those beyond are `scripts/simulate`'s.
    private static let seeds = "5000"
    private static let seconds = ProcessInfo.processInfo.environment["SIMULATE_SECONDS"] ?? "300"

    private struct Outcome: Sendable {
        let output: String
        let status: Int32
    }

    /// On a thread of its own, for minutes: other tests go on meanwhile, and those with a deadline go first.
    private static func run(_ arguments: [String]) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try outcome(arguments) }) }
        }
    }

    private static func outcome(_ arguments: [String]) throws -> Outcome {
        let process = Process()
        let out = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/nice")
        process.arguments = ["-n", "10", program.path] + arguments
        process.standardOutput = out
        try process.run()
        let output = String(decoding: try out.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return Outcome(output: output, status: process.terminationStatus)
    }

    @Test("No seed breaks a law")
    func seeds() async throws {
        let done = try await Self.run(["1", "--seeds", Self.seeds, "--seconds", Self.seconds])
        FileHandle.standardError.write(Data("simulation: \(done.output)".utf8))
        #expect(done.status == 0, "\(done.output)")
        #expect(!done.output.hasPrefix("0 seeds"), "none was run")
    }

    @Test("A seed that once found something breaks no law")
    func keptSeeds() async throws {
        let lines = try String(contentsOf: Self.kept, encoding: .utf8).split(separator: "\n")
        let kept = lines.filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ").map(String.init) }
        for hasRestores in [false, true] {
            let seeds = kept.filter { ($0[1] == "--restores") == hasRestores }.map { $0[0] }
            #expect(!seeds.isEmpty)
            let done = try await Self.run(seeds + ["--quiet"] + (hasRestores ? ["--restores"] : []))
            #expect(done.status == 0, "\(done.output)")
        }
    }

    @Test("A seed is the same world every time", arguments: ["1", "2", "3"])
    func replay(seed: String) async throws {
        let first = try await Self.run([seed, "--trace"])
        #expect(first.output.contains("trace "))
        let second = try await Self.run([seed, "--trace"])
        #expect(first.output == second.output)
    }
}
