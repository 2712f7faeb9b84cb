import Foundation
import GRDB
import SyncCore
package import SyncWire

/// Seals a replica's database and attachments under the first of its data keys. Nobody has the database open meanwhile.
/// Broken off anywhere, everything still opens under one of the keys.
package struct KeyRotation {
    private let path: String
    private let keys: DataKeys
    private let environment: StoreEnvironment

    package init(database path: String, keys: DataKeys, environment: StoreEnvironment) {
        (self.path, self.keys, self.environment) = (path, keys, environment)
    }

    package func run() throws {
        try seal(path)
        let people = PeopleFile.path(beside: path)
        if DurableFile.exists(people) { try seal(people) }
        let journal = Journal(beside: try DatabaseFile(path, keys: keys, creating: false), role: .device)
        try journal?.sealAgain()
        let beside = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        try BlobFolder(beside + "blobs", keys: keys).seal(unique: environment.randomWord())
    }

    private func seal(_ path: String) throws {
        let part = path + ".rotating"
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: part + suffix) }
        let old = try DatabaseFile(path, keys: keys, creating: false)
        if old.key == keys.current { return }
        try StoreFailure.translating {
            let source = try DatabaseQueue(path: old.location, configuration: old.configuration)
            // Everything that is committed is in the database, so that the log may go.
            _ = try source.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try DurableFile.makeEmpty(part)
            let new = try DatabaseFile(part, keys: DataKeys(keys.current), creating: true)
            let copy = try DatabaseQueue(path: new.location, configuration: new.copyConfiguration)
            try source.backup(to: copy)
            try copy.close()
            try source.close()
        }
        let file = try FileHandle(forUpdating: URL(filePath: part))
        // A log under the old key beside a database under the new one would open under neither.
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try DurableFile.syncDirectory(of: path)
        try DurableFile.finish(file, part, as: path)
        try? FileManager.default.removeItem(atPath: PageArchive.folder(beside: path))
    }
}

extension BlobFolder {
    /// Seals every attachment under the first of the keys. Parts that are on their way here begin again.
    func seal(unique: UInt64) throws {
        for peer in (try? FileManager.default.contentsOfDirectory(atPath: path + "/partial")) ?? [] {
            try? FileManager.default.removeItem(atPath: "\(path)/partial/\(peer)")
        }
        for shard in 0..<256 {
            for hash in blobs(in: Hex.digits([UInt8(shard)])) { try seal(hash, of: self, "\(path)/new-\(unique)") }
        }
    }
}
