import Foundation

/// Holds a node's directory for one process: `serve`, or a verb that opens the data itself. The lock ends with the process
/// whatever way that ends, so no stale lock is ever in the way. The directory itself is locked, which nobody can remove without
/// its data, and the file in it, which versions before this one look at.
package final class DirectoryLock: Sendable {
    private let folder: FolderLock
    private let descriptor: Int32

    /// - Throws: `NodeFailure.locked` when another process holds it.
    package init(_ directory: NodeDirectory) throws(NodeFailure) {
        folder = try FolderLock(directory)
        descriptor = try Self.lock(open(directory.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600), of: directory)
    }

    deinit { close(descriptor) }

    fileprivate static func lock(_ descriptor: Int32, of directory: NodeDirectory) throws(NodeFailure) -> Int32 {
        guard descriptor >= 0 else { throw .unwritable(directory.path) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
        close(descriptor)
        throw .locked(path: directory.path)
    }
}

/// The directory alone, whatever its path is called and whatever lies in it.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `NodeFailure.locked` when another process holds it.
    init(_ directory: NodeDirectory) throws(NodeFailure) {
        descriptor = try DirectoryLock.lock(open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), of: directory)
    }

    deinit { close(descriptor) }
}
