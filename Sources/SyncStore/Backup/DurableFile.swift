import Foundation

/// Files that are there, whole, when somebody says so.
package enum DurableFile {
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Writes a file for its owner alone, under another name until it is whole and on the disk.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        let part = path + BackupFolder.partSuffix
        try makeEmpty(part)
        let file = try FileHandle(forWritingTo: URL(filePath: part))
        try file.write(contentsOf: Data(bytes))
        try finish(file, part, as: path)
    }

    static func makeEmpty(_ path: String) throws {
        let made = FileManager.default.createFile(
            atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        guard made else { throw StoreFailure.inputOutput("\(path) cannot be written") }
    }

    /// Closes a file that was written under another name and gives it its own.
    static func finish(_ file: FileHandle, _ part: String, as path: String) throws {
        try file.synchronize()
        try file.close()
        guard rename(part, path) == 0 else { throw StoreFailure.inputOutput("\(path) cannot be written") }
        try syncDirectory(of: path)
    }

    /// A name is on the disk when its directory is.
    static func syncDirectory(of path: String) throws {
        let directory = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY)
        guard directory >= 0 else { throw StoreFailure.inputOutput("\(path) cannot be written") }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw StoreFailure.inputOutput("\(path) cannot be written") }
    }

    /// Makes a folder for its owner alone.
    static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
}
