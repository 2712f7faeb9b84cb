import FieldModel
import Foundation
import GRDB
package import SyncCore
import SyncWire

/// One change set in the log.
package struct LogEntry: Sendable {
    package let rowid: Int64
    package let replica: ReplicaID
    package let seq: UInt64
    package let hash: [UInt8]
    /// Verbatim, wherever the log keeps them; nil when the set is gone and HQ's receipt stands in its place.
    package let bytes: [UInt8]?
    package let verdict: Verdict
    package let own: Bool
    /// Milliseconds since 1970: when it was made (own) or came here.
    package let at: Int64
    package let refusal: RefusalReason?
}

/// Why a set was refused: a code of the error catalogue and plain words for its author.
package struct RefusalReason: Hashable, Sendable {
    package let code: String
    package let messageEN: String
    package let messageZH: String

    package init(code: String, messageEN: String, messageZH: String) {
        self.code = code
        self.messageEN = messageEN
        self.messageZH = messageZH
    }
}

extension LogEntry {
    static let columns =
        """
        change_log.rowid, change_log.replica, seq, hash, verdict, own, at, code, message_en, message_zh, \(bytesColumns)
        """
    /// What `ReadAccess.logBytes` reads.
    static let bytesColumns = "change_log.bytes, segment, place, length"
    /// The first column behind them.
    static let columnCount: Int32 = 14

    /// The set in a row that begins with `columns`.
    init(_ row: Prepared, _ access: ReadAccess) throws {
        guard let verdict = UInt8(exactly: row.integer(4)).flatMap(Verdict.init(rawValue:)) else {
            throw ByteReader.damage
        }
        rowid = row.integer(0)
        replica = try access.names.replica(row.integer(1))
        seq = UInt64(bitPattern: row.integer(2))
        hash = row.bytes(3)
        self.verdict = verdict
        own = row.integer(5) != 0
        at = row.integer(6)
        refusal =
            row.isNull(7)
            ? nil : RefusalReason(code: row.text(7), messageEN: row.text(8), messageZH: row.text(9))
        bytes = try access.logBytes(in: row, from: 10)
    }

    /// The set itself; nil when its bytes are gone.
    package func changeSet() throws -> ChangeSet? {
        do { return try bytes.map { try ChangeSetCodec.decode($0, replica: replica) } } catch {
            throw StoreFailure.integrity("the change set \(replica):\(seq) in the log cannot be read: \(error)")
        }
    }
}

extension ReadAccess {
    /// The last set of a chain that is here; `ChainHash.start` at seq 0 when there is none.
    package func head(of replica: ReplicaID) throws -> ChainPosition {
        try firstSide(of: replica).map(head) ?? ChainPosition(seq: 0, hash: ChainHash.start(of: replica))
    }

    /// The hash of a set in the log; nil where there is none.
    package func hash(of replica: ReplicaID, at seq: UInt64) throws -> [UInt8]? {
        if let side = try firstSide(of: replica) { return try hash(of: side, at: seq) }
        return seq == 0 ? ChainHash.start(of: replica) : nil
    }

    /// Sets of one chain from `first` on, in order, as many as fit.
    package func entries(of replica: ReplicaID, from first: UInt64, limit: Int, bytesMax: Int) throws -> [LogEntry] {
        try firstSide(of: replica).map { try entries(of: $0, from: first, limit: limit, bytesMax: bytesMax) } ?? []
    }

    /// The side of a chain that came here first; nil when nothing of it is known.
    func firstSide(of replica: ReplicaID) throws -> ChainSide? {
        try names.known(replica).map { ChainSide(replica: replica, local: $0) }
    }

    /// The sets that change a record, in the order in which they came.
    package func entries(changing record: RecordID) throws -> [LogEntry] {
        let statement = try prepare(Self.entriesOfRecord)
        statement.bind(1, record)
        return try entries(statement)
    }

    private static let entriesOfRecord = FixedSQL(
        """
        SELECT \(LogEntry.columns) FROM change_record JOIN change_log ON change_log.rowid = change_record.entry
        WHERE change_record.record = ? ORDER BY change_record.entry
        """)

    /// The sets in the rows of a statement that selects `LogEntry.columns`.
    func entries(_ statement: Prepared) throws -> [LogEntry] {
        try statement.all { try LogEntry($0, self) }
    }

    /// The chains with sets in the log, each with its last seq; of one that forked, the side that came first.
    package func chains() throws -> [(replica: ReplicaID, head: UInt64, own: Bool)] {
        // A few steps of an index a chain, however many sets it has.
        let sql = """
            WITH RECURSIVE chain (local) AS (
              SELECT min(replica) FROM change_log WHERE replica > 0
              UNION ALL
              SELECT (SELECT min(replica) FROM change_log WHERE replica > chain.local)
              FROM chain WHERE chain.local IS NOT NULL)
            SELECT local, (SELECT max(seq) FROM change_log WHERE replica = local),
              EXISTS (SELECT 1 FROM change_log WHERE own = 1 AND replica = local)
            FROM chain WHERE local IS NOT NULL
            ORDER BY (SELECT rowid FROM change_log WHERE replica = local ORDER BY seq LIMIT 1)
            """
        return try Row.fetchAll(db.cachedStatement(sql: sql)).map {
            (try names.replica($0[0]), UInt64($0[1] as Int64), $0[2])
        }
    }
}

/// A set on its way into the log.
struct NewEntry {
    let replica: ReplicaID
    /// The side of a forked chain that it belongs to; nil: the one that came first.
    var side: Int64?
    let seq: UInt64
    let hash: [UInt8]
    let bytes: [UInt8]?
    let verdict: Verdict
    let own: Bool
    let wall: Int64?
    let refusal: RefusalReason?
    let records: [(id: RecordID, type: TypeTag)]
    /// Who the author is here, if this node judged the set.
    var writer: Writer?
}

extension WriteAccess {
    /// - Returns: its row in the log.
    @discardableResult
    func append(_ entry: NewEntry) throws -> Int64 {
        let (side, position) = (try entry.side ?? names.local(entry.replica), try position())
        let at = environment.wallMilliseconds()
        let row = try prepare(Self.insertEntry)
        row.bind(1, side)
        row.bind(2, Int64(clamping: entry.seq))
        row.bind(3, entry.hash)
        row.bind(4, entry.bytes)
        row.bind(5, Int64(entry.verdict.rawValue))
        row.bind(6, entry.own)
        row.bind(7, position)
        row.bind(8, at)
        row.bind(9, entry.wall)
        row.bind(10, entry.wall == nil)
        row.bind(11, text: entry.refusal?.code)
        row.bind(12, text: entry.refusal?.messageEN)
        row.bind(13, text: entry.refusal?.messageZH)
        try row.run()
        let rowid = db.lastInsertedRowID
        count(.changeSets, 1)
        let link = try prepare(Self.insertLink)
        for record in entry.records {
            link.bind(1, record.id)
            link.bind(2, rowid)
            link.bind(3, Int64(record.type))
            try link.run()
        }
        try auditEntering(entry, rowid: rowid, position: position, at: at)
        if entry.own, !role.isNode, let bytes = entry.bytes {
            try journal(bytes, replica: entry.replica, seq: entry.seq, hash: entry.hash, wall: entry.wall ?? at)
        }
        return rowid
    }

    /// Has a set written into the journal when this transaction is committed.
    func journal(_ bytes: [UInt8], replica: ReplicaID, seq: UInt64, hash: [UInt8], wall: Int64) throws {
        let before = try self.hash(of: replica, at: seq - 1)
        session.journal.sets.append(
            UnsentSet(
                replica: replica, seq: seq, wall: wall, before: before, hash: hash, bytes: bytes, refusal: nil))
    }

    private static let insertEntry = FixedSQL(
        """
        INSERT INTO change_log
          (replica, seq, hash, bytes, verdict, own, position, at, wall, sealed, code, message_en, message_zh)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    private static let insertLink = FixedSQL(
        "INSERT OR IGNORE INTO change_record (record, entry, type) VALUES (?, ?, ?)")

    /// - Parameter writer: who the set's author is here, if this node judged it now.
    func setVerdict(
        _ verdict: Verdict, refusal: RefusalReason?, of entry: LogEntry, writer: Writer? = nil
    ) throws {
        let kind = verdict == .applied ? AuditKind.turnedApplied : .turnedRefused
        try audit(kind, of: entry, refusal: refusal, writer: writer)
        try db.cachedStatement(
            sql: "UPDATE change_log SET verdict = ?, code = ?, message_en = ?, message_zh = ? WHERE rowid = ?"
        ).execute(
            arguments: [verdict.rawValue, refusal?.code, refusal?.messageEN, refusal?.messageZH, entry.rowid])
        if role.isNode { try noteNews(ofChain: entry.replica) }
    }
}

extension ChangeSet {
    var records: [(id: RecordID, type: TypeTag)] { changes.map { ($0.record, $0.type) } }
}
