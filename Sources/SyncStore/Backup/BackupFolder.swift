import Foundation
import SyncCore
import SyncWire

/// A folder of backups of one node.
package struct BackupFolder: Sendable {
    package let path: String

    static let partSuffix = ".part"

    package init(_ path: String) { self.path = path }

    func file(_ name: String) -> String { path + "/" + name }
    private var manifestFile: String { file("manifest.json") }
    package var keysFile: String { file("keys") }
    /// The keys of persons, as the last backup found them: those who were erased since an earlier one are not in it.
    var peopleFile: String { file("people.db") }

    /// Nil where there is no backup yet.
    /// - Throws: `StoreFailure.integrity`.
    package func manifest() throws -> BackupManifest? {
        guard let data = FileManager.default.contents(atPath: manifestFile) else { return nil }
        return try BackupManifest(decoding: [UInt8](data), path: manifestFile)
    }

    func write(_ manifest: BackupManifest) throws {
        try DurableFile.write(try manifest.encoded(), to: manifestFile)
    }

    /// Whether there is nothing in it but what a backup that was broken off left.
    package var isEmpty: Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.allSatisfy { $0.hasSuffix(Self.partSuffix) || $0 == Self.lockName || $0 == Self.blobsName }
    }

    func removeParts() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in names where name.hasSuffix(Self.partSuffix) || name.contains(Self.partSuffix + "-") {
            try? FileManager.default.removeItem(atPath: file(name))
        }
    }

    private static let lockName = "lock"
    static let blobsName = "blobs"

    /// Works in the folder while no other backup does.
    func locked<T>(_ work: () throws -> T) throws -> T {
        try DurableFile.makeFolder(path)
        let descriptor = open(file(Self.lockName), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreFailure.inputOutput("\(path) cannot be written") }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw StoreFailure.busy }
        return try work()
    }

    /// SHA-256 of a file, in hexadecimal, and its length.
    static func digest(of path: String) throws -> (sha256: String, bytes: Int) {
        guard let file = FileHandle(forReadingAtPath: path) else { throw damage(path) }
        defer { try? file.close() }
        let hash = RunningHash()
        while let chunk = try file.read(upToCount: BackupLimits.copiedBytes), !chunk.isEmpty {
            hash.add([UInt8](chunk)[...])
        }
        return (Hex.digits(hash.finish()), Int(try file.offset()))
    }

    /// - Throws: `StoreFailure.integrity` when the file is missing or not the one that was written.
    func check(_ name: String, bytes: Int, sha256: String) throws {
        let found = try Self.digest(of: file(name))
        guard found.bytes == bytes, found.sha256 == sha256 else { throw Self.damage(file(name)) }
    }

    static func damage(_ path: String) -> StoreFailure {
        .integrity("the backup's file \(path) is missing, or not what was written")
    }
}

extension BackupFolder {
    /// The node's keys as they were kept; nil where they were left out.
    /// - Throws: `StoreFailure.integrity`.
    package func keys() throws -> [UInt8]? {
        guard let manifest = try manifest() else { throw BackupRefusal.noBackup(path) }
        guard let sha256 = manifest.keys else { return nil }
        guard let content = FileManager.default.contents(atPath: keysFile),
            Hex.digits(Hash.sha256([UInt8](content))) == sha256
        else { throw Self.damage(keysFile) }
        return [UInt8](content)
    }
}
