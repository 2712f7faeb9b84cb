import Foundation

/// What the uplink's thread waits on, and whoever stops it.
final class UplinkPause: @unchecked Sendable {
    // Everything below is read and written with the condition locked.
    private let condition = NSCondition()
    private var stopped = false
    private var running = false

    var isStopped: Bool { condition.withLock { stopped } }

    func begin() { condition.withLock { running = true } }

    func ended() {
        condition.withLock {
            running = false
            condition.broadcast()
        }
    }

    /// Returns early when it is stopped.
    func wait(milliseconds: Int) {
        condition.withLock {
            let deadline = Date(timeIntervalSinceNow: Double(milliseconds) / 1000)
            while !stopped, condition.wait(until: deadline) {}
        }
    }

    /// - Returns: whether the thread has ended.
    func stop(waitingMilliseconds: Int) -> Bool {
        condition.withLock {
            stopped = true
            condition.broadcast()
            let deadline = Date(timeIntervalSinceNow: Double(waitingMilliseconds) / 1000)
            while running, condition.wait(until: deadline) {}
            return !running
        }
    }
}
