import Foundation
import GRDB
import GRDBSQLite
import SealedPages
import SyncCore
package import SyncWire

/// Seals the database and the attachments of a replica whose version sealed nothing yet. Nobody has the database open
/// meanwhile. Broken off anywhere it is done again: the database is last, and its place is taken by a whole one.
package struct PlainAdoption {
    private let path: String
    private let keys: DataKeys
    private let environment: StoreEnvironment

    package init(database path: String, keys: DataKeys, environment: StoreEnvironment) {
        (self.path, self.keys, self.environment) = (path, keys, environment)
    }

    /// Whether the database lies there in the clear: SQLite's own words begin it.
    package static func isNeeded(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: words.count)) == Data(words.utf8)
    }

    private static let words = "SQLite format 3\0"

    package func run() throws {
        guard Self.isNeeded(path) else { return }
        let beside = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        try BlobFolder(beside + "blobs", keys: keys).sealPlain(unique: environment.randomWord())
        try sealDatabase()
        // What was kept in the clear for the next backup; that is a whole one now.
        try? FileManager.default.removeItem(atPath: PageArchive.folder(beside: path))
    }

    private func sealDatabase() throws {
        let (roomy, part) = (path + ".roomy", path + ".sealing")
        for draft in [roomy, part] { remove(draft, ["", "-wal", "-shm"]) }
        let source = try DatabaseQueue(path: path)
        // Everything that is committed is in the database, so that the log may go.
        try source.writeWithoutTransaction { db in
            try db.checkpoint(.truncate)
            try copyWithRoom(db, to: roomy)
        }
        try DurableFile.makeEmpty(part)
        let sealed = try DatabaseFile(part, keys: DataKeys(keys.current), creating: true)
        let copy = try DatabaseQueue(path: sealed.location, configuration: sealed.copyConfiguration)
        let whole = try DatabaseQueue(path: roomy)
        // As a sealed database says of itself that it is.
        try whole.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
        try whole.backup(to: copy)
        for queue in [copy, whole, source] { try queue.close() }
        remove(roomy, ["", "-wal", "-shm"])
        let file = try FileHandle(forUpdating: URL(filePath: part))
        remove(path, ["-wal", "-shm"])
        try DurableFile.syncDirectory(of: path)
        try DurableFile.finish(file, part, as: path)
    }

    /// A sealed page needs room that SQLite leaves alone: every page is laid out again.
    private func copyWithRoom(_ db: Database, to roomy: String) throws {
        try DurableFile.makeEmpty(roomy)
        var room = CInt(SP_RESERVED_BYTES)
        sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_RESERVE_BYTES, &room)
        try db.execute(sql: "VACUUM INTO ?", arguments: [roomy])
    }

    private func remove(_ path: String, _ suffixes: [String]) {
        for suffix in suffixes { try? FileManager.default.removeItem(atPath: path + suffix) }
    }
}

extension BlobFolder {
    /// Seals every attachment that lies here in the clear. Parts that are on their way here begin again.
    func sealPlain(unique: UInt64) throws {
        let plain = BlobFolder(path, keys: nil)
        for peer in (try? FileManager.default.contentsOfDirectory(atPath: path + "/partial")) ?? [] {
            try? FileManager.default.removeItem(atPath: "\(path)/partial/\(peer)")
        }
        for shard in 0..<256 {
            for hash in blobs(in: Hex.digits([UInt8(shard)])) where try !verify(hash) {
                try seal(hash, of: plain, "\(path)/new-\(unique)")
            }
        }
    }
}
