import Foundation
import Logging
import SyncStore

/// Collects attachments that no record names any more, while the node has nothing else to do.
final class BlobSweeper: @unchecked Sendable {
    private let blobs: Blobs
    private let logger: Logger
    private let condition = NSCondition()
    private var isClosed = false

    init(_ blobs: Blobs, logger: Logger) {
        self.blobs = blobs
        self.logger = logger
        let thread = Thread { [self] in sweepForever() }
        thread.name = "blob sweeper"
        thread.qualityOfService = .background
        thread.start()
    }

    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }

    private func sweepForever() {
        while isWanted() {
            do { try blobs.sweep() } catch {
                logger.error("attachments were not swept", metadata: ["error": "\(error)"])
            }
        }
    }

    /// After a while; false at the end.
    private func isWanted() -> Bool {
        condition.withLock {
            let deadline = Date(timeIntervalSinceNow: Double(ServerLimits.sweepSeconds))
            while !isClosed, condition.wait(until: deadline) {}
            return !isClosed
        }
    }
}
