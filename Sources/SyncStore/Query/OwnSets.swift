package import FieldModel
import GRDB
package import SyncCore

/// An own change set with how far it has come.
package struct ReceiptView: Sendable {
    package let replica: ReplicaID
    package let seq: UInt64
    /// When it was made: milliseconds since 1970 UTC.
    package let at: Int64
    package let records: [RecordID]
    package let stage: ReceiptStage
    package let refused: Bool
}

/// How many own change sets have come how far.
package struct ReceiptCounts: Hashable, Sendable {
    package var local = 0
    package var branch = 0
    package var hq = 0
}

/// An own change set that a node refused and nobody has settled yet.
package struct RejectedView: Sendable {
    /// Names it in this store; what `settle` takes.
    package let rowid: Int64
    package let replica: ReplicaID
    package let seq: UInt64
    /// When it was made: milliseconds since 1970 UTC.
    package let at: Int64
    package let reason: RefusalReason
    package let set: ChangeSet

    /// What the set would have written to a record: the named fields, nil for one that it clears.
    package func values(of change: Change) -> [(field: FieldDeclaration, value: Value?)] {
        let entity = Catalogue.entity(change.type)
        return change.write?.fields.compactMap { field in
            guard field.tag != .scope, let declaration = entity?.field(tag: field.tag) else { return nil }
            return (declaration, field.value)
        } ?? []
    }
}

extension ReadAccess {
    /// Own change sets, newest first.
    /// - Parameter since: milliseconds since 1970 UTC: only those made then or later.
    package func receipts(since: Int64? = nil) throws -> [ReceiptView] {
        var stages: [ReplicaID: (branch: UInt64, hq: UInt64)] = [:]
        for replica in try ownReplicas() { stages[replica] = try receiptSeqs(of: replica) }
        let statement = try prepare(
            """
            SELECT \(LogEntry.columns) FROM change_log INDEXED BY change_log_own
            WHERE own = 1 AND bytes IS NOT NULL AND at >= ? ORDER BY change_log.rowid DESC
            """)
        statement.bind(1, since ?? .min)
        return try entries(statement).map { entry in
            let records = try entry.changeSet()?.records.map(\.id) ?? []
            return ReceiptView(
                replica: entry.replica, seq: entry.seq, at: entry.at, records: Set(records).sorted(),
                stage: ReceiptStage(seq: entry.seq, stages[entry.replica] ?? (0, 0)),
                refused: entry.verdict == .refused)
        }
    }

    /// Own change sets by the farthest stage that they have reached.
    package func receiptCounts() throws -> ReceiptCounts {
        var counts = ReceiptCounts()
        let statement = try db.cachedStatement(
            sql: """
                SELECT count(*) FILTER (WHERE seq > :branch), count(*) FILTER (WHERE seq > :hq AND seq <= :branch),
                  count(*) FILTER (WHERE seq <= :hq)
                FROM change_log WHERE own = 1 AND bytes IS NOT NULL AND replica = :replica
                """)
        for replica in try ownReplicas() {
            let (branch, hq) = try receiptSeqs(of: replica)
            let arguments: StatementArguments = [
                "branch": Int64(clamping: max(branch, hq)), "hq": Int64(clamping: hq),
                "replica": try names.known(replica),
            ]
            guard let row = try Row.fetchOne(statement, arguments: arguments) else { continue }
            counts.local += row[0]
            counts.branch += row[1]
            counts.hq += row[2]
        }
        return counts
    }

    /// Own refused change sets that nobody has amended or discarded yet, newest first.
    package func rejected() throws -> [RejectedView] {
        let statement = try prepare(
            """
            SELECT \(LogEntry.columns) FROM change_log
            WHERE verdict <> 0 AND verdict = 1 AND own = 1 AND settled = 0 ORDER BY change_log.rowid DESC
            """)
        return try entries(statement).compactMap { entry in
            guard let set = try entry.changeSet() else { return nil }
            let reason = entry.refusal ?? RefusalReason(code: "constraint", messageEN: "", messageZH: "")
            return try RejectedView(
                rowid: entry.rowid, replica: entry.replica, seq: entry.seq, at: entry.at, reason: reason,
                set: opened(set))
        }
    }
}

extension WriteAccess {
    /// Notes that an own refused set was amended or discarded: it is no longer listed.
    /// - Returns: whether there was one to settle.
    @discardableResult
    package func settle(_ rowid: Int64) throws -> Bool {
        try db.execute(
            sql: "UPDATE change_log SET settled = 1 WHERE rowid = ? AND own = 1 AND verdict = 1 AND settled = 0",
            arguments: [rowid])
        return db.changesCount > 0
    }
}
