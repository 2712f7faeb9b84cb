import GRDB
import SyncCore
import SyncWire

/// A change set as the log has it, for whoever compares it with what the audit tells.
struct LoggedSet {
    let subject: AuditEntry.Subject
    /// The number under which the log has its side of the chain.
    let side: Int64
    let bytes: [UInt8]?
    /// Nil: no verdict that there is.
    let verdict: Verdict?
    let own: Bool
    let position: Int64
    let at: Int64
    let refusal: RefusalReason?

    var name: String { "\(subject.replica):\(subject.seq)" }

    fileprivate static let columns =
        "replica, seq, hash, verdict, own, position, at, code, message_en, message_zh, \(LogEntry.bytesColumns)"

    /// - Parameter first: the first of `columns` in the row.
    fileprivate init(_ row: Prepared, from first: Int32, _ access: ReadAccess) throws {
        side = row.integer(first)
        subject = AuditEntry.Subject(
            replica: try access.names.replica(side), seq: UInt64(bitPattern: row.integer(first + 1)),
            hash: row.bytes(first + 2))
        verdict = UInt8(exactly: row.integer(first + 3)).flatMap(Verdict.init(rawValue:))
        own = row.integer(first + 4) != 0
        (position, at) = (row.integer(first + 5), row.integer(first + 6))
        refusal =
            row.isNull(first + 7)
            ? nil
            : RefusalReason(
                code: row.text(first + 7), messageEN: row.text(first + 8), messageZH: row.text(first + 9))
        bytes = try access.logBytes(in: row, from: first + 10)
    }
}

extension ReadAccess {
    private static let oneLogged = FixedSQL("SELECT \(LoggedSet.columns) FROM change_log WHERE rowid = ?")
    private static let oneLink = FixedSQL("SELECT 1 FROM change_record WHERE record = ? AND entry = ?")

    func loggedSet(_ rowid: Int64) throws -> LoggedSet? {
        let row = try prepare(Self.oneLogged)
        row.bind(1, rowid)
        return try row.first { try LoggedSet($0, from: 0, self) }
    }

    func eachLoggedSet(upTo last: Int64, _ body: (Int64, LoggedSet) throws -> Void) throws {
        let rows = try prepare("SELECT rowid, \(LoggedSet.columns) FROM change_log WHERE rowid <= ? ORDER BY rowid")
        defer { rows.reset() }
        rows.bind(1, last)
        while try rows.next() { try body(rows.integer(0), LoggedSet(rows, from: 1, self)) }
    }

    /// The hash that a set was chained to; nil where that set is not here.
    func hash(before set: LoggedSet) throws -> [UInt8]? { try hash(of: side(set.side), at: set.subject.seq - 1) }

    func isLinked(_ record: RecordID, to rowid: Int64) throws -> Bool {
        let row = try prepare(Self.oneLink)
        row.bind(1, record)
        row.bind(2, rowid)
        return try row.first { _ in true } ?? false
    }

    func lastLoggedRow() throws -> Int64 {
        try prepare("SELECT max(rowid) FROM change_log").first { $0.integer(0) } ?? 0
    }

    func countLoggedSets() throws -> Int {
        Int(try prepare("SELECT count(*) FROM change_log").first { $0.integer(0) } ?? 0)
    }
}
