import Foundation
import SyncStore

/// Tells waiting pulls that something was committed. One thread looks for all of them, and only while there are any:
/// commits come from several threads, and from verbs.
final class PositionWatch: @unchecked Sendable {
    private let store: Store
    private let condition = NSCondition()
    private var waiting = 0
    private var position: Int64 = 0
    private var isClosed = false

    init(_ store: Store) {
        self.store = store
        let thread = Thread { [self] in watch() }
        thread.name = "position watch"
        thread.start()
    }

    /// Returns when the node's position is beyond `known`, at the deadline, or when the node stops.
    func wait(beyond known: Int64, until deadline: ContinuousClock.Instant) async throws {
        enter()
        defer { leave() }
        while !isPast(known) && ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(ServerLimits.watchMilliseconds))
        }
    }

    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }

    /// Pulls that wait now.
    var waitingCount: Int { condition.withLock { waiting } }

    var isStopped: Bool { condition.withLock { isClosed } }

    private func isPast(_ known: Int64) -> Bool { condition.withLock { isClosed || position > known } }

    private func enter() {
        condition.withLock {
            waiting += 1
            condition.signal()
        }
    }

    private func leave() { condition.withLock { waiting -= 1 } }

    private func watch() {
        while isWanted() {
            // A look that fails is repeated at the next; the requests themselves report what is wrong with the store.
            if let now = try? store.read({ try $0.lastPosition() }) { condition.withLock { position = now } }
            Thread.sleep(forTimeInterval: Double(ServerLimits.watchMilliseconds) / 1000)
        }
    }

    private func isWanted() -> Bool {
        condition.withLock {
            while waiting == 0 && !isClosed { condition.wait() }
            return !isClosed
        }
    }
}
