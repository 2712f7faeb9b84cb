import FieldModel
import Foundation
import SyncWire
import Verbs

/// One exchange at a time: `sync` beside `sync --watch` waits for its turn. Everything else works on meanwhile. The lock
/// ends with the process whatever way that ends.
struct ExchangeLock: ~Copyable {
    private static let waitSeconds = 5.0
    private static let retrySeconds = 0.05

    private let descriptor: Int32

    /// - Throws: `busy` when another exchange took longer than five seconds.
    init(_ directory: ReplicaDirectory) throws {
        descriptor = open(directory.exchangeLock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw VerbFailure(.ioError) }
        let deadline = Date(timeIntervalSinceNow: Self.waitSeconds)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard Date() < deadline else {
                throw VerbFailure(.busy, Words("Another exchange is under way.", "另一次同步正在进行。"))
            }
            Thread.sleep(forTimeInterval: Self.retrySeconds)
        }
    }

    deinit { close(descriptor) }
}
