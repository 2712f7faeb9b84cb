import FieldModel
import Foundation
import GRDB
import SyncCore
import SyncWire

/// Which sets of a device whose key somebody else has too are held for a person: those of a time after that
/// began, those whose time cannot be, and all that stand behind one of them.
struct Compromise {
    /// Milliseconds since 1970.
    let since: Int64
    /// What the set before was stamped.
    private var last: Timestamp
    private var isHolding: Bool
    private let now: Int64

    static let reason = RefusalReason(
        code: ErrorCode.keyCompromised.rawValue,
        messageEN: "This was written when others may have had the key of this device. The office has to confirm it.",
        messageZH: "此内容写入时，本机密钥可能已落入他人之手，需办公室确认。")

    /// Of a run that comes now; nil while its device's key is nobody else's.
    init?(of run: IncomingRun, _ access: ReadAccess) throws {
        guard let device = run.device, let since = try access.standing(ofDevice: device).compromisedSince else {
            return nil
        }
        self.since = since
        let before = try access.entry(of: run.replica, at: run.before.seq)
        last = try before?.changeSet()?.timestamp ?? .zero
        isHolding = before?.verdict == .refused && before?.refusal?.code == Self.reason.code
        now = access.environment.wallMilliseconds()
    }

    /// Whether a set that nobody has judged yet is held.
    mutating func holds(_ set: ChangeSet) -> Bool {
        let stamp = set.timestamp
        let isBelievable = last < stamp && stamp.milliseconds < now + HybridClock.aheadMillisecondsMax
        isHolding = isHolding || !isBelievable || stamp.milliseconds >= since
        last = stamp
        return isHolding
    }
}

extension ReadAccess {
    /// Refused sets of compromised devices of which something is still not known here, by chain.
    func heldOfCompromised() throws -> [(replica: ReplicaID, entries: [LogEntry])] {
        let statement = try prepare(
            """
            SELECT \(LogEntry.columns) FROM change_log
            WHERE verdict = 1 AND verdict <> 0 AND own = 0 AND settled = 0 AND code = ? ORDER BY change_log.rowid
            """)
        statement.bind(1, text: Compromise.reason.code)
        let waiting = try entries(statement).filter { entry in
            try entry.changeSet()?.changes.contains { change in
                guard let write = change.write else { return true }
                return try load(change.record, type: change.type)?.shown.known.contains(write.dot) != true
            } == true
        }
        return Dictionary(grouping: waiting, by: \.replica).map { ($0.key, $0.value) }
            .sorted { $0.entries[0].rowid > $1.entries[0].rowid }
    }

    /// Sets that were applied before it was known that somebody else had the key, and that are of a time when he may have
    /// had it: the newest of each chain back to that time.
    func suspect() throws -> [(replica: ReplicaID, entries: [LogEntry])] {
        let compromised = try RecordID.fetchAll(
            db,
            sql: "SELECT DISTINCT device FROM device_order WHERE kind = ?",
            arguments: [DeviceOrderKind.compromise.rawValue])
        return try compromised.flatMap { id -> [(ReplicaID, [LogEntry])] in
            guard let since = try standing(ofDevice: id).compromisedSince, let key = try deviceRecord(id)?.key else {
                return []
            }
            return try chains(signedBy: key).map { ($0, try applied(of: $0, since: since)) }
                .filter { !$0.1.isEmpty }
        }
    }

    private func chains(signedBy key: [UInt8]) throws -> [ReplicaID] {
        try Int64.fetchAll(db, sql: "SELECT replica FROM chain_owner WHERE key = ?", arguments: [Data(key)]).map {
            try names.replica($0)
        }
    }

    private static let entriesBackwards = FixedSQL(
        """
        SELECT \(LogEntry.columns) FROM change_log WHERE replica = ? AND seq < ? AND settled = 0
        ORDER BY seq DESC LIMIT 1
        """)

    private func applied(of replica: ReplicaID, since: Int64) throws -> [LogEntry] {
        guard let side = try firstSide(of: replica) else { return [] }
        var found: [LogEntry] = []
        var next = Int64.max
        while true {
            let statement = try prepare(Self.entriesBackwards)
            statement.bind(1, side.local)
            statement.bind(2, next)
            guard let entry = try entries(statement).first, let set = try entry.changeSet(),
                set.timestamp.milliseconds >= since
            else { return found }
            if entry.verdict == .applied { found.append(entry) }
            next = Int64(clamping: entry.seq)
        }
    }
}

extension WriteAccess {
    /// A person takes what was held of a chain for its author's after all.
    /// - Returns: the records; nil when nothing of this row waits.
    func acceptCompromised(_ rowid: Int64, author: RecordID) throws -> [RecordID]? {
        guard let held = try heldOfCompromised().first(where: { $0.entries.contains { $0.rowid == rowid } }) else {
            return nil
        }
        try audit(.confirmed, [("id", .string("k\(rowid)"))])
        var records: Set<RecordID> = []
        for entry in held.entries {
            guard let set = try entry.changeSet() else { continue }
            try turn(entry, applied: set)
            endPosition()
            records.formUnion(set.changes.map(\.record))
        }
        try settle(held.entries)
        // Above they were told that it is refused: what it said goes up as a set of this node's own.
        if role == .branch { _ = try witness(records.sorted(), author: author) }
        return records.sorted()
    }

    /// A person has looked at what a chain says: these sets are listed no more.
    func settle(_ entries: [LogEntry]) throws {
        for entry in entries {
            try db.execute(sql: "UPDATE change_log SET settled = 1 WHERE rowid = ?", arguments: [entry.rowid])
        }
    }
}
