import Foundation
import GRDB
import GRDBSQLite
import SealedPages
package import SyncWire

/// A database file, and what its pages are sealed under.
package struct DatabaseFile: Sendable {
    package let path: String
    /// Nil: it lies there in the clear, as only tests have it.
    let keys: DataKeys?
    /// The one of the keys that the pages are sealed under.
    let key: DataKey?
    private let handle: PageKey?

    /// - Parameter creating: makes an empty one where there is none.
    /// - Throws: `StoreFailure`: `missing`; `integrity` when none of the keys opens it.
    package init(_ path: String, keys: DataKeys?, creating: Bool) throws(StoreFailure) {
        if !creating && !FileManager.default.fileExists(atPath: path) { throw .missing(path: path) }
        (self.path, self.keys) = (path, keys)
        guard let keys else {
            (key, handle) = (nil, nil)
            return
        }
        let isThere = BlobFolder.size(path) ?? 0 > 0
        let key = isThere ? try Self.key(of: path, among: keys) : keys.current
        let handle = PageKey(key)
        if !isThere {
            try SealedResult.demand(withExtendedLifetime(handle) { sp_create(path, handle.number) }, path)
        }
        (self.key, self.handle) = (key, handle)
    }

    /// A new file that is sealed under the same key.
    func sibling(_ path: String) throws(StoreFailure) -> DatabaseFile {
        try DatabaseFile(path, keys: key.map { DataKeys($0) }, creating: true)
    }

    /// What SQLite opens.
    package var location: String {
        guard let handle else { return path }
        let plain = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        return "file:\(plain)?vfs=sealed&key=\(handle.number)"
    }

    /// What every connection needs: sealed databases have no temporary files.
    var configuration: Configuration {
        var configuration = Configuration()
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA temp_store = MEMORY") }
        return configuration
    }

    /// For a look at a database that others may be at work on.
    var readingConfiguration: Configuration {
        var configuration = configuration
        configuration.readonly = true
        return configuration
    }

    /// For a file that is filled from another: until it is whole it is good for nothing, and needs no journal.
    var copyConfiguration: Configuration {
        var configuration = configuration
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA journal_mode = OFF") }
        return configuration
    }

    /// With one key there is nothing to find out; whoever opens the database does.
    private static func key(of path: String, among keys: DataKeys) throws(StoreFailure) -> DataKey {
        if keys.older.isEmpty { return keys.current }
        for key in keys.all {
            let handle = PageKey(key)
            let result = withExtendedLifetime(handle) { sp_try(path, handle.number) }
            if result == SQLITE_OK { return key }
            if result != SQLITE_CORRUPT { try SealedResult.demand(result, path) }
        }
        throw SealedResult.failure(SQLITE_CORRUPT, path)
    }
}

/// A key that this process may open databases with, for as long as somebody holds it.
private final class PageKey: Sendable {
    let number: Int64

    init(_ key: DataKey) {
        sp_register()
        number = sp_key_add(key.key(for: .pages))
    }

    deinit { sp_key_remove(number) }
}

extension DatabaseWriter {
    /// For whatever has a write-ahead log: setting that up, GRDB makes `synchronous` NORMAL, which loses commits when the
    /// power fails.
    func syncEveryCommit() throws { try writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") } }
}

/// What SealedPages answers, in the words of this room.
enum SealedResult {
    static func demand(_ code: CInt, _ path: String) throws(StoreFailure) {
        if code != SQLITE_OK { throw failure(code, path) }
    }

    static func failure(_ code: CInt, _ path: String) -> StoreFailure {
        switch code {
        case SQLITE_CORRUPT: .integrity("\(path) is not what was written, or is under another key")
        case SQLITE_NOTADB: .integrity("\(path) is no sealed database")
        case SQLITE_FULL: .diskFull
        case SQLITE_BUSY: .busy
        default: .inputOutput("\(path): \(String(cString: sqlite3_errstr(code)))")
        }
    }
}
