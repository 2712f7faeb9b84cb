import Foundation

/// What a line's thread waits on, which has several things to wait for; any thread rings. The thread may be at work on a
/// request just then: what makes that pointless breaks it off.
package final class Bell: @unchecked Sendable {
    /// Why it rang. What rang before somebody waited is not forgotten.
    package struct Reasons: OptionSet, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) { self.rawValue = rawValue }

        /// Something was committed here.
        package static let written = Reasons(rawValue: 1)
        /// The node answered.
        package static let answered = Reasons(rawValue: 2)
        /// Networks came or went, or the machine slept.
        package static let network = Reasons(rawValue: 4)
        /// Somebody wants to know now what the node knows.
        package static let asked = Reasons(rawValue: 8)
        /// For good.
        package static let stopped = Reasons(rawValue: 16)
    }

    /// Of the line's requests.
    package let breaker = HTTPBreaker()
    // Everything below is read and written with the condition locked.
    private let condition = NSCondition()
    private var rung: Reasons = []

    package init() {}

    package func ring(_ reasons: Reasons) {
        condition.withLock {
            rung.insert(reasons)
            condition.broadcast()
        }
        if reasons.contains(.stopped) { return breaker.stop() }
        if reasons.contains(.network) { breaker.breakOff() }
    }

    package var isStopped: Bool { condition.withLock { rung.contains(.stopped) } }

    /// Waits until it rings for one of these, or is stopped.
    /// - Parameter milliseconds: at most; nil: as long as it takes.
    /// - Returns: for what it rang; that is taken, the rest waits on.
    func wait(for wanted: Reasons, milliseconds: Int? = nil) -> Reasons {
        condition.withLock {
            let deadline = milliseconds.map { Date(timeIntervalSinceNow: Double($0) / 1000) }
            let wanted = wanted.union(.stopped)
            while rung.isDisjoint(with: wanted) {
                // A date too far away is more than the system's clock can count.
                guard let deadline else {
                    condition.wait()
                    continue
                }
                if !condition.wait(until: deadline) { break }
            }
            let heard = rung.intersection(wanted)
            rung.subtract(heard.subtracting(.stopped))
            return heard
        }
    }
}
