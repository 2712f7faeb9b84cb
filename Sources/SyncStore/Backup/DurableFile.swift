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
        try move(part, to: path)
    }

    /// Gives what is on the disk already another name in the same folder, or its folder's.
    package static func move(_ path: String, to name: String) throws {
        guard rename(path, name) == 0 else { throw StoreFailure.inputOutput("\(name) cannot be written") }
        try syncDirectory(of: name)
    }

    /// A name is on the disk when its directory is.
    package static func syncDirectory(of path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        let directory = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY)
        guard directory >= 0 else { throw StoreFailure.inputOutput("\(path) cannot be written") }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw StoreFailure.inputOutput("\(path) cannot be written") }
    }

    /// Makes a folder for its owner alone, and the ones above it that are not there.
    package static func makeFolder(_ path: String) throws {
        let missing = missingFolders(path)
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for folder in missing { try syncDirectory(of: folder) }
    }

    private static func missingFolders(_ path: String) -> [String] {
        var (path, missing) = (path as NSString, [String]())
        while path.length > 0, !exists(path as String) {
            missing.append(path as String)
            path = path.deletingLastPathComponent as NSString
        }
        return missing
    }
}
