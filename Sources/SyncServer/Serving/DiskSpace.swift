import Foundation

/// The file system that a node's folder is on.
struct DiskSpace: Sendable {
    let path: String
    /// Below this the node takes no writes any more, so that what it must still do (a checkpoint, a revocation) has room.
    let freeBytesMin: Int

    /// For whoever is not root. Nil when the system does not tell.
    var freeBytes: Int? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).0)
    }

    var isLow: Bool { freeBytes.map { $0 < freeBytesMin } ?? false }
}
