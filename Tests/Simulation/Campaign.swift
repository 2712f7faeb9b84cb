import Foundation
import Synchronization

/// Many seeds, on as many threads as there are cores, until they or the time are used up.
final class Campaign: Sendable {
    struct Failure: Sendable {
        let seed: UInt64
        let violation: Violation
    }

    private struct State {
        var next = 0
        var done = 0
        var failures: [Failure] = []
    }

    private let template: Template
    private let folder: String
    private let seeds: [UInt64]
    private let hasRestores: Bool
    private let state = Mutex(State())
    private let deadline: ContinuousClock.Instant?

    var done: Int { state.withLock { $0.done } }
    var failures: [Failure] { state.withLock { $0.failures.sorted { $0.seed < $1.seed } } }

    /// - Parameters:
    ///   - parent: where its files lie while it runs.
    ///   - seconds: nil: until all seeds ran.
    init(seeds: [UInt64], in parent: String, seconds: Double? = nil, hasRestores: Bool = false) throws {
        folder = parent + "/simulation-\(ProcessInfo.processInfo.processIdentifier)"
        template = try Template(in: folder)
        (self.seeds, self.hasRestores) = (seeds, hasRestores)
        deadline = seconds.map { ContinuousClock.now + .seconds($0) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func run(
        threads: Int = ProcessInfo.processInfo.activeProcessorCount, onFailure: @escaping @Sendable (Failure) -> Void
    ) {
        let group = DispatchGroup()
        for number in 0..<threads {
            group.enter()
            let thread = Thread { [self] in
                work(number, onFailure)
                group.leave()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        group.wait()
    }

    private func work(_ number: Int, _ onFailure: @Sendable (Failure) -> Void) {
        while let seed = nextSeed() {
            let violation = Self.violation { try run(plan(seed), "\(number)").violation }
            state.withLock { $0.done += 1 }
            guard let violation else { continue }
            let failure = Failure(seed: seed, violation: violation)
            state.withLock { $0.failures.append(failure) }
            onFailure(failure)
        }
    }

    private func nextSeed() -> UInt64? {
        if let deadline, ContinuousClock.now > deadline { return nil }
        return state.withLock { state in
            guard state.next < seeds.count else { return nil }
            defer { state.next += 1 }
            return seeds[state.next]
        }
    }

    func plan(_ seed: UInt64) -> Plan { Plan(seed: seed, hasRestores: hasRestores) }

    /// One plan, in a folder of its own.
    func run(_ plan: Plan, _ name: String = "one") throws -> Run {
        try Run(plan, template, in: "\(folder)/run-\(name)")
    }

    private static func violation(_ body: () throws -> Violation?) -> Violation? {
        do { return try body() } catch { return Violation(law: "Nothing fails", words: "\(error)") }
    }
}
