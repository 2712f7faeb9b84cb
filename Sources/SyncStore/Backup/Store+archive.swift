import Foundation
import GRDB
import GRDBSQLite
import Synchronization

extension Store {
    /// The write-ahead log stays when the last connection closes: the archive reads on in it, and sees by its salts whether
    /// somebody else was there in between.
    static func keepLog(_ db: Database) {
        var keep: CInt = 1
        sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_PERSIST_WAL, &keep)
    }

    static let ownCheckpointsSQL = "PRAGMA wal_autocheckpoint = 0"
    private static let usualCheckpointsSQL = "PRAGMA wal_autocheckpoint = \(BackupLimits.checkpointFrames)"

    /// Goes on with the archive that lies beside the database. One that does not fit any more is dropped: the next backup
    /// begins anew.
    func resumeArchive(_ db: Database) {
        guard PageArchive.exists(beside: path) else { return }
        do {
            let archive = try PageArchive(resuming: file)
            // What a killed process committed last was committed when the log was last written.
            let attributes = try FileManager.default.attributesOfItem(atPath: path + "-wal")
            let written = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            try archive.take(from: LogFile(db), at: min(Int64(written), environment.wallMilliseconds() / 1000))
            // The log is taken into the database next, and the first write begins it anew.
            try archive.sync()
            session.archive = archive
            archived.store(archive.bytes, ordering: .relaxed)
        } catch {
            dropArchive(db)
        }
    }

    /// After a commit: copies its pages, and takes the log into the database when it has become long.
    func archive(_ db: Database) {
        guard let archive = session.archive else { return }
        do {
            try archive.take(from: LogFile(db), at: environment.wallMilliseconds() / 1000)
            archived.store(archive.bytes, ordering: .relaxed)
            guard archive.frames >= BackupLimits.checkpointFrames else { return }
            try archive.sync()
            try db.checkpoint(.passive)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            // A reader holds it; the next commit tries again.
            return
        } catch {
            dropArchive(db)
        }
    }

    /// Without an archive SQLite looks after the log itself.
    private func dropArchive(_ db: Database) {
        session.archive?.abandon()
        session.archive = nil
        archived.store(-1, ordering: .relaxed)
        try? FileManager.default.removeItem(atPath: PageArchive.folder(beside: path))
        try? db.execute(sql: Self.usualCheckpointsSQL)
    }

    /// Closes the archive's segment and hands out those that are closed; nil where nothing is archived.
    func rotateArchive() throws -> (series: UInt64, next: Int, segments: [String])? {
        try StoreFailure.translating {
            try database.writeWithoutTransaction { db in
                try demandFence(db)
                guard let archive = session.archive else { return nil }
                let closed = try archive.rotate()
                return (archive.series, archive.number, closed)
            }
        }
    }

    /// Begins to archive, from what is committed now on.
    func beginArchive() throws {
        let series = environment.randomWord()
        // A commit of its own: a log in which nothing is has no salts to go on from.
        try write { try $0.setMeta(MetaKey.backupSeries, integer: Int64(bitPattern: series)) }
        try StoreFailure.translating {
            try database.writeWithoutTransaction { db in
                session.archive?.abandon()
                try db.execute(sql: Self.ownCheckpointsSQL)
                session.archive = try PageArchive(
                    beginning: file, LogFile(db), series: series, second: environment.wallMilliseconds() / 1000)
                archived.store(session.archive?.bytes ?? -1, ordering: .relaxed)
            }
        }
    }

    func dropFromArchive(_ segments: [String]) throws {
        try StoreFailure.translating {
            try database.writeWithoutTransaction { db in
                try demandFence(db)
                try session.archive?.drop(segments)
                archived.store(session.archive?.bytes ?? -1, ordering: .relaxed)
            }
        }
    }

    /// Bytes that wait beside the database for the next backup; nil where nothing is archived.
    package var archivedBytes: Int? {
        let bytes = archived.load(ordering: .relaxed)
        return bytes < 0 ? nil : bytes
    }
}
