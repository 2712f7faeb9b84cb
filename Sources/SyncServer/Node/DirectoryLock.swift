import Foundation

/// Holds a node's directory for one process: `serve`, or a verb that opens the data itself. The lock ends with the process
/// whatever way that ends, so no stale lock is ever in the way.
package final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `NodeFailure.locked` when another process holds it.
    package init(_ directory: NodeDirectory) throws(NodeFailure) {
        descriptor = open(directory.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(directory.lock) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .locked(path: directory.path)
        }
    }

    deinit { close(descriptor) }
}
