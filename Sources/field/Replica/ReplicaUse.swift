import FieldModel
import Foundation
import SyncWire
import Verbs

/// Held by every process that has a replica open, and alone by the one that puts another database in its place. The lock
/// ends with the process whatever way that ends.
final class ReplicaUse: Sendable {
    private static let waitSeconds = 5.0
    private static let retrySeconds = 0.05

    private let descriptor: Int32

    /// - Parameter alone: waits until nobody else has the replica open.
    /// - Throws: `busy` when that took longer than five seconds.
    init(_ directory: ReplicaDirectory, alone: Bool = false) throws {
        descriptor = Foundation.open(directory.useLock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw VerbFailure(.ioError) }
        try wait(for: alone ? LOCK_EX : LOCK_SH)
    }

    /// Waits until nobody else has the replica open, and lets nobody in afterwards.
    /// - Throws: `busy`, and then it is held as before.
    func becomeAlone() throws {
        do { try wait(for: LOCK_EX) } catch {
            try share()
            throw error
        }
    }

    /// Lets others in again.
    func share() throws { try wait(for: LOCK_SH) }

    private func wait(for mode: Int32) throws {
        let deadline = Date(timeIntervalSinceNow: Self.waitSeconds)
        while flock(descriptor, mode | LOCK_NB) != 0 {
            guard Date() < deadline else { throw VerbFailure(.busy) }
            Thread.sleep(forTimeInterval: Self.retrySeconds)
        }
    }

    deinit { close(descriptor) }
}
