import Foundation
import GRDB
import SyncCore
import SyncWire

extension ReadAccess {
    /// Own change sets that no node vouches for.
    func unsentSets() throws -> [UnsentSet] {
        try ownReplicas().flatMap { replica -> [UnsentSet] in
            let first = try receiptSeqs(of: replica).branch + 1
            var before = try hash(of: replica, at: first - 1)
            return try entries(of: replica, from: first, limit: .max, bytesMax: .max).compactMap { entry in
                defer { before = entry.hash }
                guard entry.own, let bytes = entry.bytes else { return nil }
                return UnsentSet(
                    replica: replica, seq: entry.seq, wall: entry.at, before: before, hash: entry.hash, bytes: bytes,
                    refusal: nil)
            }
        }
    }

    /// All that a journal holds of this database.
    func journalRecords() throws -> [JournalRecord] {
        let receipts = try ownReplicas().flatMap(keptReceipts).map(JournalRecord.receipt)
        let sets = try unsentSets().map(JournalRecord.set)
        return [.kept(try keptMeta()), .counters(try numberCounters())] + receipts + sets
    }

    /// What a database keeps of itself, apart from what only this very file can go on with.
    func keptMeta() throws -> [String: [UInt8]] {
        let rows = try Row.fetchAll(db, sql: "SELECT key, value FROM meta").map {
            ($0[0] as String, [UInt8]($0[1] as Data))
        }
        return Dictionary(uniqueKeysWithValues: rows.filter { MetaKey.outlivesItsFile($0.0) })
    }

    private func numberCounters() throws -> [String: Int64] {
        let rows = try Row.fetchAll(db, sql: "SELECT prefix, last FROM number_counter")
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as String, $0[1] as Int64) })
    }

    private func keptReceipts(of replica: ReplicaID) throws -> [KeptReceipt] {
        let statement = try db.cachedStatement(
            sql: "SELECT node, hq, seq, hash, epoch, bytes FROM receipt WHERE replica = ?")
        return try Row.fetchAll(statement, arguments: [names.known(replica)]).map {
            KeptReceipt(
                replica: replica, node: [UInt8]($0[0] as Data), isHQ: $0[1], seq: UInt64($0[2] as Int64),
                hash: [UInt8]($0[3] as Data), epoch: UInt64(bitPattern: $0[4] as Int64), bytes: [UInt8]($0[5] as Data))
        }
    }

    /// Sets of the journal that this database does not have.
    func missing(from file: JournalFile) throws -> [UnsentSet] { try file.content().sets.filter { try !has($0) } }

    private static let ownByHash = FixedSQL("SELECT 1 FROM change_log WHERE hash = ? AND own = 1")

    /// Whether a set is here: as it is in the journal, stamped again since, or as the one that it was to replace, where that
    /// was not committed.
    private func has(_ set: UnsentSet) throws -> Bool {
        if try hash(of: set.replica, at: set.seq) == set.hash { return true }
        let decoded = try ChangeSetCodec.decode(set.bytes, replica: set.replica)
        if let here = try entry(of: set.replica, at: set.seq), here.own, let kept = try here.changeSet(),
            kept.author == decoded.author, kept.changes == decoded.changes
        {
            return true
        }
        guard let replaced = decoded.replaces else { return false }
        let row = try prepare(Self.ownByHash)
        row.bind(1, replaced)
        return try row.first { _ in true } ?? false
    }

    /// How this database stands to its journal.
    func standing(to journal: Journal) throws -> JournalStanding {
        guard let replica = try deviceReplica() else { return .same }
        guard let file = try journal.open() else {
            return try metaText(MetaKey.journal) == nil ? .behind : .copied
        }
        guard let mark = try file.mark() else { return .behind }
        if mark.home != file.home { return .copied }
        let head = try head(of: replica)
        if mark.replica == replica, mark.head == head { return .same }
        if mark.head.seq > 0, try hash(of: mark.replica, at: mark.head.seq) == mark.head.hash { return .behind }
        if mark.replica == replica, mark.head.seq == 0 { return .behind }
        if mark.replica == replica, mark.head.seq <= head.seq, try missing(from: file).isEmpty { return .behind }
        return mark.replica == replica && mark.seqBefore == head.seq ? .crashed : .setBack
    }
}

extension MetaKey {
    private static let ofTheFile: Set<String> = [
        replica, checkpoint, staging, stagedLosses, forgetting, epoch, epochAt, epochPosition, upstreamHeardIn,
        setBackAt, setBackEvidence, backupSeries, backupSecond, auditAsked, journal, fence, raisedTo,
    ]

    /// Whether a database that is made of what is left of this one goes on with it.
    static func outlivesItsFile(_ key: String) -> Bool { !ofTheFile.contains(key) }
}
