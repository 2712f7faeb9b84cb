import Foundation
import Logging
import SyncStore

/// Changes who holds what when time alone does: an order comes near or is long over, a grant begins or ends. It sleeps until
/// the next such moment; a commit that brings a nearer one wakes it.
final class HoldingClock: @unchecked Sendable {
    private let store: Store
    private let logger: Logger
    private let condition = NSCondition()
    // Both are read and written with the condition locked.
    private var isMoved = false
    private var isClosed = false

    init(_ store: Store, logger: Logger) {
        self.store = store
        self.logger = logger
        store.hearDueMoved { [weak self] in self?.moved() }
        let thread = Thread { [self] in serve() }
        thread.name = "holding clock"
        thread.start()
    }

    func close() {
        condition.withLock {
            isClosed = true
            condition.signal()
        }
    }

    private func moved() {
        condition.withLock {
            isMoved = true
            condition.signal()
        }
    }

    private func serve() {
        while wait(until: settle()) {}
    }

    /// - Returns: when to look again.
    private func settle() -> Date {
        do {
            while try store.write({ try $0.settleDueHoldings() }), !condition.withLock({ isClosed }) {}
            let latest = Date(timeIntervalSinceNow: ServerLimits.dueWaitSecondsMax)
            guard let due = try store.read({ try $0.nextHoldingDue() }) else { return latest }
            // A clock that was set back must not make this thread turn without a pause.
            let pause = Date(timeIntervalSinceNow: ServerLimits.duePauseSeconds)
            return min(max(Date(timeIntervalSince1970: Double(due) / 1000), pause), latest)
        } catch {
            logger.error("who holds what was not brought up to date", metadata: ["error": "\(error)"])
            return Date(timeIntervalSinceNow: ServerLimits.dueRetrySeconds)
        }
    }

    /// - Returns: false at the end.
    private func wait(until date: Date) -> Bool {
        condition.withLock {
            while !isClosed && !isMoved && condition.wait(until: date) {}
            isMoved = false
            return !isClosed
        }
    }
}
