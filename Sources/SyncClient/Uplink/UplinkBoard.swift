import Foundation

/// How an uplink fares, for those who look at it from other threads.
final class UplinkBoard: @unchecked Sendable {
    // Everything below is read and written with the condition locked.
    private let condition = NSCondition()
    private var current = UplinkStatus()
    /// Whole exchanges.
    private var begun = 0
    /// The newest one that came to its end.
    private var ended = 0

    var status: UplinkStatus { condition.withLock { current } }
    var exchangesBegun: Int { condition.withLock { begun } }

    func update(_ change: (inout UplinkStatus) -> Void) { condition.withLock { change(&current) } }

    /// - Returns: the exchange's number.
    func begin() -> Int {
        condition.withLock {
            begun += 1
            return begun
        }
    }

    func end(_ number: Int) {
        condition.withLock {
            ended = number
            condition.broadcast()
        }
    }

    func wait(forExchangeAfter number: Int, milliseconds: Int) {
        condition.withLock {
            let deadline = Date(timeIntervalSinceNow: Double(milliseconds) / 1000)
            while ended <= number, condition.wait(until: deadline) {}
        }
    }
}
