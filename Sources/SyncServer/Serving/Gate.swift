import Synchronization

/// Lets requests in until the node drains, and knows how many are inside.
final class Gate: Sendable {
    private let state = Mutex((inside: 0, isDraining: false))

    var isDraining: Bool { state.withLock { $0.isDraining } }
    var inside: Int { state.withLock { $0.inside } }

    /// False: nothing new is begun any more. Otherwise `leave` follows.
    func enter() -> Bool {
        state.withLock { state in
            if state.isDraining { return false }
            state.inside += 1
            return true
        }
    }

    func leave() { state.withLock { $0.inside -= 1 } }

    func drain() { state.withLock { $0.isDraining = true } }

    /// Lets so much time go by, but none once the node drains.
    func pause(seconds: Double) async {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !isDraining, ContinuousClock.now < deadline {
            let step = min(ContinuousClock.now + .milliseconds(250), deadline)
            do { try await Task.sleep(until: step) } catch { return }
        }
    }

    /// Returns when nobody is inside, or at the deadline.
    func waitUntilEmpty(_ deadline: ContinuousClock.Instant) async throws {
        while inside > 0, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
    }
}
