import Foundation
import GRDB
import SyncCore
package import SyncWire
import Synchronization

/// One replica's database. `write` is the only way to change it, `read` the only way to look; both are whole
/// transactions, durable when they return (WAL, `synchronous=FULL`).
package final class Store: Sendable {
    package let file: DatabaseFile
    package var path: String { file.path }
    package let role: StoreRole
    package let environment: StoreEnvironment
    let database: any DatabaseWriter
    let session = WriterSession()
    let people: PeopleFile
    /// Nil: a node's store, or one that is not sealed.
    let journal: Journal?
    private let committed = Atomic(0)
    private let listeners = Mutex((mark: ChangeMark?.none, told: [@Sendable (News) -> Void]()))
    private let onAlarm = Mutex<(@Sendable (Alarm) -> Void)?>(nil)
    private let onDueMoved = Mutex<(@Sendable () -> Void)?>(nil)
    private let onDiskFailure = Mutex<(@Sendable (StoreFailure) -> Void)?>(nil)
    let onTakenOver = Mutex<(@Sendable (StoreFailure) -> Void)?>(nil)
    /// Bytes that wait for the next backup; -1: nothing is archived.
    let archived = Atomic(-1)

    /// Opens the store, or makes a new one.
    /// - Parameters:
    ///   - path: of the database file.
    ///   - creating: whether to make one where there is none; otherwise its absence is `StoreFailure.missing`.
    ///   - readers: connections that read beside the writer; 0 for a short-lived process.
    ///   - keys: what its files are sealed under; nil: they lie there in the clear, as only tests have them.
    package init(
        path: String, role: StoreRole, environment: StoreEnvironment, creating: Bool, readers: Int = 0,
        keys: DataKeys?
    ) throws {
        self.role = role
        self.environment = environment
        let file = try DatabaseFile(path, keys: keys, creating: creating)
        self.file = file
        people = PeopleFile(beside: file)
        journal = Journal(beside: file, role: role)
        var isMigrated = false
        database = try StoreFailure.translating {
            let configuration = Self.configuration(
                file, readers: readers, isNode: role.isNode, isArchived: PageArchive.exists(beside: path))
            let database: any DatabaseWriter =
                readers > 0
                ? try DatabasePool(path: file.location, configuration: configuration)
                : try DatabaseQueue(path: file.location, configuration: configuration)
            try database.syncEveryCommit()
            isMigrated = try Self.migrate(database)
            return database
        }
        let setBack = try beginFence()
        database.writeWithoutTransaction { resumeArchive($0) }
        // After a failed sync the system may show, as if it were on the disk, what is not. What the log holds goes into the
        // database, which is synced, before anything is written behind it. Where there is no room for that, there is none to
        // write either, and who only looks needs none.
        do {
            try StoreFailure.translating { try database.writeWithoutTransaction { _ = try take($0, .passive) } }
        } catch StoreFailure.diskFull {}
        try raise(isMigrated: isMigrated)
        if let setBack { try write { try $0.noticeSetBack(setBack) } }
        try resumeErasing()
        if !creating { try resumeJournal() }
    }

    /// Pages that a connection keeps in memory: what a store holds at most beside its records in hand. Whoever reads beside
    /// the writer goes through each page once, and finds the others in the system's cache.
    private static let (writerCacheKiB, readerCacheKiB) = (16_384, 4_096)

    private static func configuration(
        _ file: DatabaseFile, readers: Int, isNode: Bool, isArchived: Bool
    ) -> Configuration {
        var configuration = file.configuration
        configuration.maximumReaderCount = max(readers, 1)
        configuration.busyMode = .timeout(5)
        configuration.journalMode = .wal
        configuration.prepareDatabase { db in
            try db.execute(
                sql: """
                    PRAGMA cache_size = -\(db.configuration.readonly ? readerCacheKiB : writerCacheKiB);
                    PRAGMA foreign_keys = OFF;
                    """)
            if isNode { keepLog(db) } else { try db.execute(sql: "PRAGMA secure_delete = ON") }
            if isArchived { try db.execute(sql: ownCheckpointsSQL) }
        }
        return configuration
    }

    /// A value that is kept of what a database is, without opening a store of it.
    /// - Returns: nil where there is none; `StoreFailure.missing` is thrown where there is no database.
    package static func metaText(_ key: String, path: String, keys: DataKeys?) throws -> String? {
        let file = try DatabaseFile(path, keys: keys, creating: false)
        return try StoreFailure.translating {
            try DatabaseQueue(path: file.location, configuration: file.readingConfiguration).read { db in
                guard try db.tableExists("meta") else { return nil }
                return try String.fetchOne(
                    db, sql: "SELECT CAST(value AS TEXT) FROM meta WHERE key = ?", arguments: [key])
            }
        }
    }

    /// Whether opening the store will bring it to this version's form first, which may take its time.
    package static func needsMigration(path: String, keys: DataKeys?) throws -> Bool {
        guard FileManager.default.fileExists(atPath: path) else { return false }
        if PlainAdoption.isNeeded(path), keys != nil { return true }
        let file = try DatabaseFile(path, keys: keys, creating: false)
        return try StoreFailure.translating {
            try DatabaseQueue(path: file.location, configuration: file.readingConfiguration).read { db in
                guard try Migrations.migrator.hasCompletedMigrations(db) else { return true }
                let raised = try String.fetchOne(
                    db, sql: "SELECT CAST(value AS TEXT) FROM meta WHERE key = ?", arguments: [MetaKey.raisedTo])
                return raised != Migrations.last
            }
        }
    }

    /// - Returns: whether anything was to be done.
    private static func migrate(_ database: any DatabaseWriter) throws -> Bool {
        let migrator = Migrations.migrator
        let (applied, known) = try database.read { db in
            (try migrator.appliedIdentifiers(db), Set(migrator.migrations))
        }
        guard applied.isSubset(of: known) else {
            throw StoreFailure.newer(found: applied.count, known: known.count)
        }
        if applied.count < known.count { try migrator.migrate(database) }
        return applied.count < known.count
    }

    package func read<T>(_ body: (ReadAccess) throws -> T) throws -> T {
        try StoreFailure.translating {
            try database.read { db in
                try body(ReadAccess(db, role: role, environment: environment, people: people))
            }
        }
    }

    @discardableResult
    package func write<T>(_ body: (WriteAccess) throws -> T) throws -> T {
        try tellingOfDisk {
            try database.writeWithoutTransaction { db in
                let before = session.mark
                do {
                    var result: T?
                    try commit(db) { result = try perform(body, db) }
                    return result!
                } catch {
                    session.goBack(to: before)
                    throw error
                }
            }
        }
    }

    /// Several callers' work in one transaction and one fsync. Each has a savepoint of its own: one that fails leaves
    /// no trace and does not disturb the others.
    package func writeGroup(_ bodies: [(WriteAccess) throws -> Void]) throws -> [(any Error)?] {
        try tellingOfDisk {
            try database.writeWithoutTransaction { db in
                var outcomes: [(any Error)?] = []
                try commit(db) { for body in bodies { outcomes.append(try savepoint(body, db)) } }
                return outcomes
            }
        }
    }

    /// Transactions that wrote something, since this store was opened: as many fsyncs of the write-ahead log.
    package var transactions: Int { committed.load(ordering: .relaxed) }

    /// Has `body` called, at a node, whenever it handed out a position or opened an epoch, durably: on the thread that wrote,
    /// which waits for it.
    package func whenCommitted(_ body: @escaping @Sendable (News) -> Void) {
        listeners.withLock { $0.told.append(body) }
    }

    /// - Parameter isTaking: whether this process has the database from now on, also where `body` changes nothing.
    func commit(_ db: Database, isTaking: Bool = false, _ body: () throws -> Void) throws {
        let changes = db.totalChangesCount
        var fence = session.fence
        defer { session.journal = JournalNotes() }
        try commitWithJournal(db) {
            try demandFence(db)
            try body()
            if isTaking || db.totalChangesCount != changes { try fence?.take(in: db) }
        }
        session.fence = fence
        if db.totalChangesCount != changes {
            committed.add(1, ordering: .relaxed)
            tell(db)
        }
        session.hearers = .some([])
        archive(db)
        noteFenceInTime(db)
        eraseNoted()
        tellAlarms()
        if session.isDueMoved {
            session.isDueMoved = false
            onDueMoved.withLock { $0 }?()
        }
    }

    /// Both are on the disk when it returns, by syncs that go on at the same time.
    private func commitWithJournal(_ db: Database, _ body: () throws -> Void) throws {
        var written: JournalWrite?
        do {
            try db.inTransaction(.immediate) {
                try body()
                written = try keepUnsent(db)
                return .commit
            }
        } catch {
            written?.retract()
            throw error
        }
        try written?.finish()
    }

    /// Who hears, on the thread that writes, that `nextHoldingDue` may be another one; nobody at first.
    package func hearDueMoved(_ hear: @escaping @Sendable () -> Void) { onDueMoved.withLock { $0 = hear } }

    /// Who hears, on the thread that wrote, that the disk failed under a transaction; nobody at first. After a failed fsync
    /// nobody knows what is durable: the process must end, and not try again, which might "succeed".
    package func hearDiskFailure(_ hear: @escaping @Sendable (StoreFailure) -> Void) {
        onDiskFailure.withLock { $0 = hear }
    }

    private func tellingOfDisk<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as DatabaseError {
            let failure = StoreFailure(error)
            if case .inputOutput = failure, error.resultCode == .SQLITE_IOERR {
                onDiskFailure.withLock { $0 }?(failure)
            }
            throw failure
        }
    }

    /// Who hears of alarms, on the thread that writes; at once of those that opening the store raised.
    package func hearAlarms(_ hear: @escaping @Sendable (Alarm) -> Void) {
        onAlarm.withLock { $0 = hear }
        database.writeWithoutTransaction { _ in tellAlarms() }
    }

    /// Until somebody hears of them the first few are kept.
    private func tellAlarms() {
        if session.alarms.isEmpty { return }
        guard let hear = onAlarm.withLock({ $0 }) else {
            session.alarms = Array(session.alarms.prefix(Self.alarmsKeptMax))
            return
        }
        for alarm in session.alarms { hear(alarm) }
        session.alarms = []
    }

    private static let alarmsKeptMax = 16

    /// A position that cannot be read is told with the next commit; whoever reads meets the same error.
    private func tell(_ db: Database) {
        let told = listeners.withLock { $0.told }
        guard !told.isEmpty else { return }
        let access = ReadAccess(db, role: role, environment: environment, people: people)
        guard let mark = try? access.changeMark() else { return }
        let isNew = listeners.withLock { listeners in
            defer { listeners.mark = mark }
            return listeners.mark != mark
        }
        guard isNew else { return }
        // What nobody said of whom it concerns may concern anybody.
        let isUnsaid = session.hearers == .some([])
        let news = News(position: mark.version, hearers: isUnsaid ? .everybody : session.hearers)
        told.forEach { $0(news) }
    }

    private func savepoint(_ body: (WriteAccess) throws -> Void, _ db: Database) throws -> (any Error)? {
        let before = session.mark
        do {
            try db.inSavepoint {
                try perform(body, db)
                return .commit
            }
            return nil
        } catch {
            session.goBack(to: before)
            if StoreFailure.isFatal(error) { throw error }
            return error
        }
    }

    private func perform<T>(_ body: (WriteAccess) throws -> T, _ db: Database) throws -> T {
        let access = WriteAccess(db, role: role, environment: environment, people: people, session: session)
        let result = try body(access)
        try access.settleUndeleted()
        try access.settleHoldings()
        try access.settleClock()
        try access.settleTallies()
        try access.settleScopes()
        try access.settleSearch()
        try access.settleForgetting()
        try access.settlePeople()
        try access.settleErasures()
        return result
    }

    /// A consistent copy of the database in a new or empty file, while others read and write; sealed as this one is.
    package func backup(to path: String) throws {
        let copy = try file.sibling(path)
        try StoreFailure.translating {
            try database.backup(to: DatabaseQueue(path: copy.location, configuration: copy.copyConfiguration))
        }
    }

    /// Takes the write-ahead log into the database first: a pool closes its writer before its readers, and then nobody
    /// is left who could. A reader that is still at work leaves it to whoever opens the store next. What a backup has
    /// still to fetch stays in the log.
    package func close() throws {
        try StoreFailure.translating {
            try database.writeWithoutTransaction { db in
                try session.archive?.sync()
                try takeLog(db)
                noteFence(db)
            }
            try database.close()
            try people.close()
        }
    }

    /// Takes all of the write-ahead log into the database and leaves it empty.
    /// - Returns: false while somebody still reads what was before.
    func truncateLog() throws -> Bool {
        try StoreFailure.translating { try database.writeWithoutTransaction { try take($0, .truncate) } }
    }

    private func takeLog(_ db: Database) throws {
        _ = try take(db, session.archive == nil ? .truncate : .passive)
    }

    private func take(_ db: Database, _ kind: Database.CheckpointMode) throws -> Bool {
        do { try db.checkpoint(kind) } catch let error as DatabaseError {
            guard error.resultCode == .SQLITE_BUSY else { throw error }
            return false
        }
        return true
    }
}

extension StoreFailure {
    /// Errors of the database in the words of this room.
    static func translating<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as DatabaseError { throw StoreFailure(error) }
    }

    fileprivate init(_ error: DatabaseError) {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
        case .SQLITE_FULL: self = .diskFull
        // The index of the write-ahead log could not grow, which it does first of all when a store is opened.
        case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE: self = .diskFull
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged
        default: self = .inputOutput(error.description)
        }
    }

    /// Whether the transaction cannot go on: the disk failed or is full.
    static func isFatal(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        return [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOMEM].contains(error.resultCode)
    }
}
