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
        "replica, seq, hash, bytes, verdict, own, position, at, code, message_en, message_zh"

    /// - Parameter first: the first of `columns` in the row.
    fileprivate init(_ row: Prepared, from first: Int32, names: LocalNames) throws {
        side = row.integer(first)
        subject = AuditEntry.Subject(
            replica: try names.replica(side), seq: UInt64(bitPattern: row.integer(first + 1)),
            hash: row.bytes(first + 2))
        bytes = row.isNull(first + 3) ? nil : row.bytes(first + 3)
        verdict = UInt8(exactly: row.integer(first + 4)).flatMap(Verdict.init(rawValue:))
        own = row.integer(first + 5) != 0
        (position, at) = (row.integer(first + 6), row.integer(first + 7))
        refusal =
            row.isNull(first + 8)
            ? nil
            : RefusalReason(
                code: row.text(first + 8), messageEN: row.text(first + 9), messageZH: row.text(first + 10))
    }
}

extension ReadAccess {
    private static let oneLogged = FixedSQL("SELECT \(LoggedSet.columns) FROM change_log WHERE rowid = ?")
    private static let oneLink = FixedSQL("SELECT 1 FROM change_record WHERE record = ? AND entry = ?")

    func loggedSet(_ rowid: Int64) throws -> LoggedSet? {
        let row = try prepare(Self.oneLogged)
        row.bind(1, rowid)
        return try row.first { try LoggedSet($0, from: 0, names: names) }
    }

    func eachLoggedSet(upTo last: Int64, _ body: (Int64, LoggedSet) throws -> Void) throws {
        let rows = try prepare("SELECT rowid, \(LoggedSet.columns) FROM change_log WHERE rowid <= ? ORDER BY rowid")
        defer { rows.reset() }
        rows.bind(1, last)
        while try rows.next() { try body(rows.integer(0), LoggedSet(rows, from: 1, names: names)) }
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
