import Synchronization

/// Breaks requests off, at once, from any thread: those under way because the network has changed, or all for good.
package final class HTTPBreaker: Sendable {
    /// When a request was made, as the breaker counts.
    package struct Mark: Equatable, Sendable { fileprivate let breaks: Int }

    private struct State {
        var breaks = 0
        var isStopped = false
        var wakes: [ObjectIdentifier: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    package var mark: Mark { state.withLock { Mark(breaks: $0.breaks) } }

    /// Whether every request fails from now on.
    package var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Ends what is under way. Later requests connect anew.
    package func breakOff() {
        state.withLock { state in
            state.breaks += 1
            // Locked, so that nobody is woken who has gone.
            state.wakes.values.forEach { $0() }
        }
    }

    /// Ends what is under way and whatever would follow.
    package func stop() {
        state.withLock { $0.isStopped = true }
        breakOff()
    }

    func isBroken(since mark: Mark) -> Bool { state.withLock { $0.isStopped || $0.breaks != mark.breaks } }

    /// Has `wake` called, until `leave`, whenever something is broken off.
    func enter(_ client: AnyObject, _ wake: @escaping @Sendable () -> Void) {
        state.withLock { $0.wakes[ObjectIdentifier(client)] = wake }
    }

    func leave(_ client: AnyObject) { _ = state.withLock { $0.wakes.removeValue(forKey: ObjectIdentifier(client)) } }
}
