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
    /// Verbatim; nil when the set is gone and HQ's receipt stands in its place.
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
    static let columns = "rowid, replica, seq, hash, bytes, verdict, own, at, code, message_en, message_zh"

    init(_ row: Row, names: LocalNames) throws {
        guard let verdict = Verdict(rawValue: row["verdict"]) else { throw ByteReader.damage }
        rowid = row["rowid"]
        replica = try names.replica(row["replica"])
        seq = UInt64(row["seq"] as Int64)
        hash = [UInt8](row["hash"] as Data)
        bytes = (row["bytes"] as Data?).map { [UInt8]($0) }
        self.verdict = verdict
        own = row["own"]
        at = row["at"]
        refusal = (row["code"] as String?).map {
            RefusalReason(code: $0, messageEN: row["message_en"] ?? "", messageZH: row["message_zh"] ?? "")
        }
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
        let columns = LogEntry.columns.split(separator: ", ").map { "change_log.\($0)" }.joined(separator: ", ")
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(columns) FROM change_record JOIN change_log ON change_log.rowid = change_record.entry
                WHERE change_record.record = ? ORDER BY change_record.entry
                """)
        return try Row.fetchAll(statement, arguments: [record]).map { try LogEntry($0, names: names) }
    }

    /// The chains with sets in the log, each with its last seq; of one that forked, the side that came first.
    package func chains() throws -> [(replica: ReplicaID, head: UInt64, own: Bool)] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT replica, max(seq) AS head, max(own) AS own FROM change_log WHERE replica > 0
                GROUP BY replica ORDER BY min(rowid)
                """)
        return try rows.map { (try names.replica($0["replica"]), UInt64($0["head"] as Int64), $0["own"]) }
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
}

extension WriteAccess {
    /// - Returns: its row in the log.
    @discardableResult
    func append(_ entry: NewEntry) throws -> Int64 {
        let sql = """
            INSERT INTO change_log
              (replica, seq, hash, bytes, verdict, own, position, at, wall, sealed, code, message_en, message_zh)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        let (side, position) = (try entry.side ?? names.local(entry.replica), try position())
        try db.cachedStatement(sql: sql).execute(
            arguments: [
                side, Int64(clamping: entry.seq), Data(entry.hash), entry.bytes.map { Data($0) },
                entry.verdict.rawValue, entry.own, position, environment.wallMilliseconds(), entry.wall,
                entry.wall == nil, entry.refusal?.code, entry.refusal?.messageEN, entry.refusal?.messageZH,
            ])
        let rowid = db.lastInsertedRowID
        count(.changeSets, 1)
        let statement = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO change_record (record, entry, type) VALUES (?, ?, ?)")
        for record in entry.records { try statement.execute(arguments: [record.id, rowid, Int64(record.type)]) }
        return rowid
    }

    func setVerdict(_ verdict: Verdict, refusal: RefusalReason?, of entry: LogEntry) throws {
        try db.cachedStatement(
            sql: "UPDATE change_log SET verdict = ?, code = ?, message_en = ?, message_zh = ? WHERE rowid = ?"
        ).execute(
            arguments: [verdict.rawValue, refusal?.code, refusal?.messageEN, refusal?.messageZH, entry.rowid])
    }
}

extension ChangeSet {
    var records: [(id: RecordID, type: TypeTag)] { changes.map { ($0.record, $0.type) } }
}
