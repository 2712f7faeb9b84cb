import Foundation
@testable import SyncServer
import SyncStore
import Synchronization
import Testing

@Suite("Ten thousand pulls that wait")
struct PositionWatchTests {
    private static let count = 10_000

    /// Threads of this process.
    private static func threads() -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0
    }

    /// What became of the pulls.
    private final class Tally: Sendable {
        private let state = Mutex((looking: 0, most: 0, told: 0, over: 0))

        func begin() {
            state.withLock {
                $0.looking += 1
                $0.most = max($0.most, $0.looking)
            }
        }

        func end() { state.withLock { $0.looking -= 1 } }

        func note(told: Bool) { state.withLock { if told { $0.told += 1 } else { $0.over += 1 } } }

        var most: Int { state.withLock { $0.most } }
        var told: Int { state.withLock { $0.told } }
        var over: Int { state.withLock { $0.over } }
    }

    private func wait(_ trial: ServerTrial, _ tally: Tally, until deadline: ContinuousClock.Instant) async throws -> (
        PositionWatch, Task<Void, any Error>
    ) {
        let watch = try PositionWatch(trial.node.store)
        let known = try trial.node.store.read { try $0.lastPosition() }
        let holder = trial.person
        let pulls = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<Self.count {
                    group.addTask {
                        let told: Bool? = try await watch.whenNews(for: holder, beyond: known, until: deadline) {
                            tally.begin()
                            await Task.yield()
                            tally.end()
                            return true
                        }
                        tally.note(told: told == true)
                    }
                }
                try await group.waitForAll()
            }
        }
        while watch.waitingCount < Self.count { await Task.yield() }
        return (watch, pulls)
    }

    @Test("A commit tells all of them, few at a time; no pull has a thread")
    func told() async throws {
        try await ServerTrial.run { trial in
            let tally = Tally()
            let before = Self.threads()
            let (watch, pulls) = try await wait(trial, tally, until: .now + .seconds(60))
            // Tests that run beside this one have threads, too.
            #expect(Self.threads() - before < Self.count / 2)
            try trial.writeAccount("news")
            try await pulls.value
            #expect(tally.told == Self.count && watch.waitingCount == 0)
            #expect(tally.most <= ServerLimits.pullsLookingMax)
            watch.close()
        }
    }

    @Test("When the node ends all of them are answered at once, and whoever comes later too")
    func ending() async throws {
        try await ServerTrial.run { trial in
            let tally = Tally()
            let (watch, pulls) = try await wait(trial, tally, until: .now + .seconds(60))
            let began = ContinuousClock.now
            watch.close()
            try await pulls.value
            #expect(tally.over == Self.count && ContinuousClock.now - began < .seconds(2))
            #expect(
                try await watch.whenNews(for: trial.person, beyond: .max, until: .now + .seconds(60)) { true } == nil)
        }
    }

    @Test("A pull that is given up waits no more")
    func cancelled() async throws {
        try await ServerTrial.run { trial in
            let tally = Tally()
            let (watch, pulls) = try await wait(trial, tally, until: .now + .seconds(60))
            let began = ContinuousClock.now
            pulls.cancel()
            _ = await pulls.result
            #expect(watch.waitingCount == 0 && tally.told == 0 && .now - began < .seconds(5))
            watch.close()
        }
    }

    @Test("Time that is over is over")
    func deadline() async throws {
        try await ServerTrial.run { trial in
            let tally = Tally()
            let deadline = ContinuousClock.now + .seconds(3)
            let (watch, pulls) = try await wait(trial, tally, until: deadline)
            try await pulls.value
            #expect(tally.over == Self.count && .now >= deadline && .now < deadline + .seconds(30))
            watch.close()
        }
    }
}
