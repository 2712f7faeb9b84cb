import Dispatch
import Synchronization

/// The sync of what was appended to a journal, on its way beside the database's own: both are waited for, and the disk does
/// them together.
final class JournalSync: Sendable {
    private static let queue = DispatchQueue(label: "fieldsync.journal")

    private let failure = Mutex<StoreFailure?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(of file: JournalFile) {
        Self.queue.async { [self] in
            do throws(StoreFailure) { try file.sync() } catch {
                failure.withLock { $0 = error }
            }
            done.signal()
        }
    }

    /// Returns when it is on the disk.
    func finish() throws(StoreFailure) {
        done.wait()
        if let failure = failure.withLock({ $0 }) { throw failure }
    }
}
