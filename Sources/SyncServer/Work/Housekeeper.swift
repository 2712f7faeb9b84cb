import Foundation
import Logging
import SyncStore

/// Has a node forget, archive and drop what is due by its age, a little at a time, beside all else that it does.
final class Housekeeper: @unchecked Sendable {
    private let node: Node
    private let logger: Logger
    private let condition = NSCondition()
    private var isClosed = false

    init(_ node: Node, logger: Logger) {
        self.node = node
        self.logger = logger
        let thread = Thread { [self] in while wait(seconds: work()) {} }
        thread.name = "housekeeper"
        thread.qualityOfService = .background
        thread.start()
    }

    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }

    /// - Returns: seconds until the next step.
    private func work() -> Double {
        do {
            let isMoreDue = try node.store.keepHouse(by: node.identity.record)
            return isMoreDue ? ServerLimits.housekeepingPauseSeconds : ServerLimits.housekeepingSeconds
        } catch {
            logger.error("what is old was not put away", metadata: ["error": "\(error)"])
            return ServerLimits.housekeepingSeconds
        }
    }

    /// - Returns: false at the end.
    private func wait(seconds: Double) -> Bool {
        condition.withLock {
            let deadline = Date(timeIntervalSinceNow: seconds)
            while !isClosed, condition.wait(until: deadline) {}
            return !isClosed
        }
    }
}
