import Foundation
import GRDB
package import SyncCore
import SyncWire

/// A node's signed word on what it holds of a chain, verified by the caller.
package struct NodeReceipt: Hashable, Sendable {
    /// The node's public key.
    package let node: [UInt8]
    package let isHQ: Bool
    package let epoch: UInt64
    package let replica: ReplicaID
    package let summary: ChainSummary
    /// As it travels, with its signature.
    package let bytes: [UInt8]

    package init(
        node: [UInt8], isHQ: Bool, epoch: UInt64, replica: ReplicaID, summary: ChainSummary, bytes: [UInt8]
    ) {
        self.node = node
        self.isHQ = isHQ
        self.epoch = epoch
        self.replica = replica
        self.summary = summary
        self.bytes = bytes
    }
}

extension ChainSummary {
    package init(
        replicaHead: ChainPosition, firstSeq: UInt64, refusals: [UInt64: RefusalReason], undecided: [UInt64]
    ) {
        self.init(head: replicaHead, firstSeq: firstSeq, refusals: refusals, undecided: undecided)
    }
}

package struct ReceiptMismatch: Error, Equatable {
    package let replica: ReplicaID
    package let seq: UInt64
}

extension WriteAccess {
    /// Takes note of a receipt, and of the verdicts in it. A receipt of HQ of another epoch replaces the old one even
    /// when it says less (sync-model §4).
    /// - Throws: `ReceiptMismatch` when the node holds another set at that seq than this log does: a fork.
    package func take(_ receipt: NodeReceipt) throws {
        let head = receipt.summary.head
        if head.seq > 0, let here = try hash(of: receipt.replica, at: head.seq), here != head.hash {
            throw ReceiptMismatch(replica: receipt.replica, seq: head.seq)
        }
        // News for the chain's author: a position of its own lets a waiting pull bring it.
        if role.isNode, try self.receipt(of: receipt.replica, by: receipt.node) ?? (0, 0) != (head.seq, receipt.epoch) {
            _ = try position()
            try noteNews(ofChain: receipt.replica)
        }
        let local = try names.local(receipt.replica)
        let sql = """
            INSERT INTO receipt (replica, node, hq, seq, hash, epoch, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (replica, node) DO UPDATE SET hq = excluded.hq, seq = excluded.seq, hash = excluded.hash,
              epoch = excluded.epoch, bytes = excluded.bytes
            WHERE excluded.seq >= receipt.seq OR excluded.epoch <> receipt.epoch
            """
        try db.cachedStatement(sql: sql).execute(
            arguments: [
                local, Data(receipt.node), receipt.isHQ, Int64(clamping: head.seq), Data(head.hash),
                Int64(bitPattern: receipt.epoch), Data(receipt.bytes),
            ])
        session.journal.isVouched = true
        try from(Provenance(receipt)) { try takeVerdicts(of: receipt) }
    }

    private func takeVerdicts(of receipt: NodeReceipt) throws {
        let summary = receipt.summary
        for (seq, reason) in summary.refusals.sorted(by: { $0.key < $1.key }) {
            guard let entry = try entry(of: receipt.replica, at: seq) else { continue }
            let ownUndisputed = try entry.own && entry.verdict != .refused && !isInBase(entry)
            if entry.verdict == .undecided || ownUndisputed && !role.isNode { try turn(entry, refused: reason) }
        }
        try takeAcceptances(of: receipt.replica, summary)
    }

    /// What was refused or undecided here and is neither at the other node was applied there.
    private func takeAcceptances(of replica: ReplicaID, _ summary: ChainSummary) throws {
        let mine = try self.summary(of: replica, from: summary.firstSeq)
        for seq in (mine.undecided + mine.refusals.keys).sorted() where seq <= summary.head.seq {
            if summary.refusals[seq] != nil || summary.undecided.contains(seq) { continue }
            guard let entry = try entry(of: replica, at: seq), let set = try entry.changeSet() else { continue }
            if role.isNode { try turn(entry, applied: set) } else { try turnOwn(entry, set, .applied, nil) }
            endPosition()
        }
    }

    private func turn(_ entry: LogEntry, refused reason: RefusalReason) throws {
        if role.isNode { return try setVerdict(.refused, refusal: reason, of: entry) }
        guard let set = try entry.changeSet() else { return }
        try turnOwn(entry, set, .refused, reason)
    }

    /// A device stops, or starts again, to show an own set.
    private func turnOwn(_ entry: LogEntry, _ set: ChangeSet, _ verdict: Verdict, _ reason: RefusalReason?) throws {
        try setVerdict(verdict, refusal: reason, of: entry)
        for id in Set(set.changes.map(\.record)).sorted() {
            if try load(id) == nil { try showFirst(id, set) } else { try showAgain(id) }
        }
    }

    /// An own creation that was refused and now counts again has no row to start from.
    func showFirst(_ id: RecordID, _ set: ChangeSet) throws {
        guard let type = set.changes.first(where: { $0.record == id })?.type else { return }
        let own = try countedChanges(of: id)
        guard let shown = Layered.shown(base: nil, own: own) else { return }
        var record = StoredRecord.new(type, id)
        record.shown = shown
        try save(record, before: nil)
    }

    private func isInBase(_ entry: LogEntry) throws -> Bool {
        guard let set = try entry.changeSet() else { return true }
        return try set.changes.allSatisfy { change in
            guard let write = change.write else { return false }
            return try load(change.record, type: change.type)?.base?.known.contains(write.dot) ?? false
        }
    }
}

extension ReadAccess {
    /// How far a chain is vouched for, per stage: the greatest seq with a receipt of any node, and of HQ.
    package func receiptSeqs(of replica: ReplicaID) throws -> (branch: UInt64, hq: UInt64) {
        guard let local = try names.known(replica) else { return (0, 0) }
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT hq, max(seq) AS seq FROM receipt WHERE replica = ? GROUP BY hq"),
            arguments: [local])
        var (branch, hq): (UInt64, UInt64) = (0, 0)
        for row in rows {
            let seq = UInt64(row["seq"] as Int64)
            if row["hq"] { hq = max(hq, seq) }
            branch = max(branch, seq)
        }
        return (branch, hq)
    }

    /// What one node vouched for: the last receipt of it for a chain.
    package func receipt(of replica: ReplicaID, by node: [UInt8]) throws -> (seq: UInt64, epoch: UInt64)? {
        guard let local = try names.known(replica) else { return nil }
        let statement = try db.cachedStatement(sql: "SELECT seq, epoch FROM receipt WHERE replica = ? AND node = ?")
        return try Row.fetchOne(statement, arguments: [local, Data(node)]).map {
            (UInt64($0[0] as Int64), UInt64(bitPattern: $0[1] as Int64))
        }
    }

    /// HQ's newest receipt for a chain: its seq and epoch, and as it travels.
    package func hqReceipt(of replica: ReplicaID) throws -> (seq: UInt64, epoch: UInt64, bytes: [UInt8])? {
        guard let local = try names.known(replica) else { return nil }
        let statement = try db.cachedStatement(
            sql: "SELECT seq, epoch, bytes FROM receipt WHERE replica = ? AND hq = 1 ORDER BY seq DESC LIMIT 1")
        return try Row.fetchOne(statement, arguments: [local]).map {
            (UInt64($0[0] as Int64), UInt64(bitPattern: $0[1] as Int64), [UInt8]($0[2] as Data))
        }
    }

    /// Whether a set of a chain was refused here after a position, at once or later.
    package func hasRefused(_ replica: ReplicaID, since position: Int64) throws -> Bool {
        guard let local = try names.known(replica) else { return false }
        let statement = try db.cachedStatement(
            sql: """
                SELECT 1 FROM change_log WHERE verdict <> 0 AND verdict = 1 AND replica = :replica
                AND (position > :position
                  OR EXISTS (SELECT 1 FROM audit WHERE entry = change_log.rowid AND audit.position > :position))
                LIMIT 1
                """)
        return try Int.fetchOne(statement, arguments: ["replica": local, "position": position]) != nil
    }
}
