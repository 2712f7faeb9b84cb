import Foundation

/// Makes files unreadable: their bytes are overwritten, durably, before their names go. What a disk keeps of earlier
/// versions of its blocks is beyond any program: therefore keys go first.
package enum Erasure {
    private static let pieceBytes = 1 << 20

    /// A file, or a folder with all that is in it. One that is not there is erased already.
    package static func erase(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
        if isFolder.boolValue {
            for name in try FileManager.default.contentsOfDirectory(atPath: path) { try erase(path + "/" + name) }
            try FileManager.default.removeItem(atPath: path)
        } else {
            try overwrite(path)
            guard unlink(path) == 0 || errno == ENOENT else { throw StoreFailure.inputOutput(path) }
        }
        try DurableFile.syncDirectory(of: path)
    }

    private static func overwrite(_ path: String) throws {
        let file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        // A link's bytes are not ours.
        guard file >= 0 else {
            // Nor is there anything to do where another process erases too.
            if errno == ELOOP || errno == ENOENT { return }
            throw StoreFailure.inputOutput(path)
        }
        defer { close(file) }
        let length = lseek(file, 0, SEEK_END)
        let zeros = [UInt8](repeating: 0, count: pieceBytes)
        var place: off_t = 0
        while place < length {
            let written = pwrite(file, zeros, min(pieceBytes, Int(length - place)), place)
            guard written > 0 else { throw StoreFailure.inputOutput(path) }
            place += off_t(written)
        }
        guard fsync(file) == 0 else { throw StoreFailure.inputOutput(path) }
    }
}
