import GRDB
import GRDBSQLite
import SyncCore

/// A prepared statement, bound and stepped as SQLite has it. Where a loop goes over records, GRDB's arguments, rows and
/// values cost several times what SQLite does with them.
///
/// Every parameter is bound before each run; what is bound is copied. A run that was left early is `reset` before the next.
struct Prepared {
    /// Keeps the handle alive.
    private let statement: Statement
    private let handle: OpaquePointer

    init(_ statement: Statement) {
        self.statement = statement
        handle = statement.sqliteStatement
    }

    // MARK: parameters, counted from 1

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }
    func bind(_ index: Int32, _ value: Int64?) { if let value { bind(index, value) } else { bindNull(index) } }
    func bind(_ index: Int32, _ value: Bool) { sqlite3_bind_int64(handle, index, value ? 1 : 0) }
    func bindNull(_ index: Int32) { sqlite3_bind_null(handle, index) }

    func bind(_ index: Int32, _ bytes: [UInt8]) {
        // An empty array has no address, which would be a null.
        if bytes.isEmpty {
            sqlite3_bind_zeroblob(handle, index, 0)
        } else {
            sqlite3_bind_blob(handle, index, bytes, Int32(bytes.count), Self.copied)
        }
    }

    func bind(_ index: Int32, _ bytes: [UInt8]?) { if let bytes { bind(index, bytes) } else { bindNull(index) } }

    func bind(_ index: Int32, text: String) {
        var text = text
        text.withUTF8 { bind(index, utf8: UnsafeRawBufferPointer($0)) }
    }

    func bind(_ index: Int32, text: String?) { if let text { bind(index, text: text) } else { bindNull(index) } }

    func bind(_ index: Int32, text utf8: [UInt8]) {
        utf8.withUnsafeBytes { bind(index, utf8: $0) }
    }

    private func bind(_ index: Int32, utf8: UnsafeRawBufferPointer) {
        // Without an address it would be a null.
        guard let start = utf8.baseAddress else {
            sqlite3_bind_text(handle, index, "", 0, Self.copied)
            return
        }
        sqlite3_bind_text(handle, index, start.assumingMemoryBound(to: CChar.self), Int32(utf8.count), Self.copied)
    }

    func bind(_ index: Int32, _ id: RecordID) { bind(index, id.high, id.low) }
    func bind(_ index: Int32, _ hash: UInt128) {
        bind(index, UInt64(truncatingIfNeeded: hash >> 64), UInt64(truncatingIfNeeded: hash))
    }

    /// 16 bytes, big-endian.
    private func bind(_ index: Int32, _ high: UInt64, _ low: UInt64) {
        _ = withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) {
            sqlite3_bind_blob(handle, index, $0.baseAddress, 16, Self.copied)
        }
    }

    /// `SQLITE_TRANSIENT`, a macro that Swift does not see.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    // MARK: running

    /// Runs a statement that gives no rows.
    func run() throws { while try next() {} }

    /// The next row, in the columns; false at the end, where the statement is ready for its next run.
    func next() throws -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE {
            sqlite3_reset(handle)
            return false
        }
        let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
        sqlite3_reset(handle)
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: statement.sql)
    }

    /// What is made of the first row; nil when there is none.
    func first<T>(_ body: (Prepared) throws -> T) throws -> T? {
        defer { reset() }
        return try next() ? body(self) : nil
    }

    /// What is made of each row. `body` must not run this statement.
    func all<T>(_ body: (Prepared) throws -> T) throws -> [T] {
        defer { reset() }
        var out: [T] = []
        while try next() { out.append(try body(self)) }
        return out
    }

    func reset() { sqlite3_reset(handle) }

    // MARK: columns, counted from 0

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
    func isText(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_TEXT }
    func isInteger(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_INTEGER }
    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func text(_ column: Int32) -> String {
        let bytes = sqlite3_column_text(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int32) -> [UInt8] { withBytes(column) { Array($0) } }

    /// The bytes stay where they are until the next step.
    func withBytes<T>(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        let bytes = sqlite3_column_blob(handle, column)
        return try body(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(handle, column))))
    }

    /// Nil for what is not 16 bytes.
    func id(_ column: Int32) -> RecordID? { words(column).map { RecordID(high: $0, low: $1) } }
    func hash(_ column: Int32) -> UInt128? { words(column).map { UInt128($0) << 64 | UInt128($1) } }

    private func words(_ column: Int32) -> (UInt64, UInt64)? {
        withBytes(column) { bytes in
            guard bytes.count == 16 else { return nil }
            return (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}
