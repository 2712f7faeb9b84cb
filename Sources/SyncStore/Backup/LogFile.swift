import GRDB
import GRDBSQLite

/// A database's write-ahead log as SQLite sees it: read through the file that a connection has open, so that a sealed log
/// is read like any other. Good as long as the connection is, and for its thread alone.
struct LogFile {
    private let file: UnsafeMutablePointer<sqlite3_file>
    private let methods: sqlite3_io_methods
    let size: Int64

    /// Nil where the connection has no log open.
    /// - Throws: `StoreFailure` when what was on the disk is not there any more.
    init?(_ db: Database) throws(StoreFailure) {
        var file: UnsafeMutablePointer<sqlite3_file>?
        sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file)
        guard let file, let methods = file.pointee.pMethods?.pointee else { return nil }
        var size: Int64 = 0
        try SealedResult.demand(methods.xFileSize(file, &size), "the write-ahead log")
        (self.file, self.methods, self.size) = (file, methods, size)
    }

    /// `count` bytes; nil where the file ends before.
    func read(at offset: Int64, count: Int) throws(StoreFailure) -> [UInt8]? {
        guard offset + Int64(count) <= size else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        try SealedResult.demand(methods.xRead(file, &bytes, CInt(count), offset), "the write-ahead log")
        return bytes
    }
}
