import Foundation
import GRDB
import SyncCore
import SyncWire
import Synchronization

/// All that makes what is personal readable: the keys of persons, and the words of their records for the search. It lies in
/// a file of its own beside the database, so that no log, page archive or backup of the database has any of it; what is
/// taken out of it is overwritten. Opened when somebody first asks.
final class PeopleFile: Sendable {
    private let path: String
    private let keys: DataKeys?
    private let opened = Mutex<DatabaseQueue?>(nil)

    static func path(beside database: String) -> String { database + "-people" }

    /// - Parameter database: the file beside which it lies, sealed under the same keys.
    init(beside database: DatabaseFile) {
        (path, keys) = (Self.path(beside: database.path), database.keys)
    }

    /// Whether nothing personal was ever here.
    var isAbsent: Bool { opened.withLock { $0 == nil } && !FileManager.default.fileExists(atPath: path) }

    /// One whole transaction, durable when it returns. It is part of one of the store's, which fails as a whole where the disk does
    /// under this one.
    func write<T>(_ body: (Database) throws -> T) throws -> T { try queue().write { try body($0) } }

    func read<T>(_ body: (Database) throws -> T) throws -> T {
        try StoreFailure.translating { try queue().read { try body($0) } }
    }

    /// Leaves no word of what was taken out, neither in the index nor in the write-ahead log.
    func forget() throws {
        if isAbsent { return }
        try StoreFailure.translating {
            try queue().write { try $0.execute(sql: "INSERT INTO search (search) VALUES ('optimize')") }
            try takeLog(queue())
        }
    }

    /// A consistent copy in a new file, sealed as this one is.
    func copy(to path: String) throws {
        let queue = try queue()
        let key = try DatabaseFile(self.path, keys: keys, creating: false).key
        try DurableFile.makeEmpty(path)
        let copy = try DatabaseFile(path, keys: key.map { DataKeys($0) }, creating: true)
        try StoreFailure.translating {
            let target = try DatabaseQueue(path: copy.location, configuration: copy.copyConfiguration)
            try queue.backup(to: target)
            try target.close()
        }
    }

    func close() throws {
        try opened.withLock { queue in
            try StoreFailure.translating {
                if let queue {
                    try takeLog(queue)
                    try queue.close()
                }
            }
            queue = nil
        }
    }

    /// While another process still reads what was before, its closing does it.
    private func takeLog(_ queue: DatabaseQueue) throws {
        do {
            _ = try queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {}
    }

    private func queue() throws -> DatabaseQueue {
        try opened.withLock { queue in
            if let queue { return queue }
            if !FileManager.default.fileExists(atPath: path) { try make() }
            let file = try DatabaseFile(path, keys: keys, creating: false)
            var configuration = file.configuration
            configuration.busyMode = .timeout(5)
            configuration.journalMode = .wal
            configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA secure_delete = ON") }
            let made = try DatabaseQueue(path: file.location, configuration: configuration)
            try made.syncEveryCommit()
            try made.write { try $0.execute(sql: Self.schema) }
            queue = made
            return made
        }
    }

    /// Of two processes that make it, one does.
    private func make() throws {
        let part = "\(path).\(Entropy.word())"
        try DurableFile.makeEmpty(part)
        defer { try? FileManager.default.removeItem(atPath: part) }
        _ = try DatabaseFile(part, keys: keys.map { DataKeys($0.current) }, creating: true)
        guard link(part, path) == 0 || errno == EEXIST else {
            throw StoreFailure.inputOutput("\(path) cannot be written")
        }
        try DurableFile.syncDirectory(of: path)
    }

    /// `key` is null when it is gone for ever. `erased`: whose keys are not taken any more, whoever offers them.
    private static let schema = """
        CREATE TABLE IF NOT EXISTS person_key (id INTEGER PRIMARY KEY, person BLOB NOT NULL, key BLOB);
        CREATE INDEX IF NOT EXISTS person_key_person ON person_key (person);
        CREATE TABLE IF NOT EXISTS erased (person BLOB PRIMARY KEY) WITHOUT ROWID;
        CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');
        """
}

extension PeopleFile {
    /// What is known of a key: nil where it was never here, `.some(nil)` where it is gone.
    func key(_ id: UInt64) throws -> PersonKey?? {
        if isAbsent { return nil }
        return try read { db in
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT person, key FROM person_key WHERE id = ?"),
                arguments: [Int64(bitPattern: id)])
            guard let row, let person = RecordID.fromDatabaseValue(row[0]) else { return nil }
            let key = (row[1] as Data?).map { PersonKey(person: person, bytes: [UInt8]($0)) }
            return .some(key)
        }
    }

    /// The keys of a person that are here, the least id first.
    func keys(of person: RecordID) throws -> [PersonKey] {
        if isAbsent { return [] }
        return try read { db in
            try Data.fetchAll(
                db.cachedStatement(sql: "SELECT key FROM person_key WHERE person = ? AND key IS NOT NULL"),
                arguments: [person])
        }.map { PersonKey(person: person, bytes: [UInt8]($0)) }.sorted { $0.id < $1.id }
    }

    func isErased(_ person: RecordID) throws -> Bool {
        if isAbsent { return false }
        return try read { try Self.isErased(person, $0) }
    }

    private static func isErased(_ person: RecordID, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM erased WHERE person = ?)"), arguments: [person])
            ?? false
    }

    func erased() throws -> Set<RecordID> {
        if isAbsent { return [] }
        return Set(try read { try RecordID.fetchAll($0, sql: "SELECT person FROM erased") })
    }

    /// Keeps keys, but of those who are erased only that there was one.
    func keep(_ keys: [PersonKey]) throws {
        if keys.isEmpty { return }
        try write { db in
            let insert = try db.cachedStatement(
                sql: "INSERT INTO person_key (id, person, key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            for key in keys {
                let isErased = try Self.isErased(key.person, db)
                try insert.execute(
                    arguments: [Int64(bitPattern: key.id), key.person, isErased ? nil : Data(key.bytes)])
            }
        }
    }

    /// Takes what is left of a damaged file of this kind. Of who is erased there, no key stays.
    func takeOver(_ rest: ReadablePeople) throws {
        try write { db in
            for person in rest.erased {
                try db.execute(
                    sql: "INSERT INTO erased (person) VALUES (?) ON CONFLICT DO NOTHING", arguments: [Data(person)])
            }
            for row in rest.keys {
                let key = rest.erased.contains(row.person) ? nil : row.key.map { Data($0) }
                try db.execute(
                    sql: "INSERT INTO person_key (id, person, key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    arguments: [row.id, Data(row.person), key])
            }
        }
    }

    /// Destroys what makes these persons readable.
    /// - Parameter texts: the words of their records that tell nothing about them.
    func erase(_ persons: Set<RecordID>, leaving texts: [SearchEntry]) throws {
        try write { db in
            for person in persons {
                try db.execute(
                    sql: "INSERT INTO erased (person) VALUES (?) ON CONFLICT DO NOTHING", arguments: [person])
                try db.execute(sql: "UPDATE person_key SET key = NULL WHERE person = ?", arguments: [person])
            }
            try Self.index(texts, db)
        }
        try forget()
    }

    func index(_ texts: [SearchEntry]) throws { try write { try Self.index(texts, $0) } }

    private static func index(_ texts: [SearchEntry], _ db: Database) throws {
        let delete = try db.cachedStatement(sql: "DELETE FROM search WHERE rowid = ?")
        let insert = try db.cachedStatement(sql: "INSERT INTO search (rowid, text) VALUES (?, ?)")
        for entry in texts {
            try delete.execute(arguments: [entry.rowid])
            if entry.isRemoved { continue }
            try insert.execute(arguments: [entry.rowid, String(decoding: entry.text, as: UTF8.self)])
        }
    }
}
