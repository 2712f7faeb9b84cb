import Foundation
import Logging

/// Work that a node does by itself, again and again, beside all else: on a thread of its own that comes last.
final class Chore: @unchecked Sendable {
    private let name: String
    private let logger: Logger
    /// Seconds until it is done again.
    private let work: @Sendable () throws -> Double
    private let condition = NSCondition()
    private var isClosed = false

    /// - Parameter work: does a part of it; returns seconds until the next.
    init(_ name: String, logger: Logger, work: @escaping @Sendable () throws -> Double) {
        (self.name, self.logger, self.work) = (name, logger, work)
        let thread = Thread { [self] in
            var pause = ServerLimits.choreRetrySeconds
            while wait(seconds: pause) { pause = attempt() }
        }
        thread.name = name
        thread.qualityOfService = .background
        thread.start()
    }

    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }

    private func attempt() -> Double {
        do { return try work() } catch {
            logger.error(
                "a chore failed and is tried again later", metadata: ["chore": "\(name)", "error": "\(error)"])
            return ServerLimits.choreRetrySeconds
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
