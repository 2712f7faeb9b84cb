import FieldModel
import Foundation
import GRDB
package import SyncCore
package import SyncWire

/// A signed head of a node's audit that is kept here.
package struct KeptAuditHead: Hashable, Sendable {
    /// The node's record.
    package let node: RecordID
    package let epoch: UInt64
    package let n: Int64
    package let chain: [UInt8]
    /// Milliseconds since 1970, by the node's clock.
    package let at: Int64
    /// As it travels.
    package let bytes: [UInt8]

    package init(_ head: SignedAuditHead) {
        (node, epoch, n, chain) = (head.node.subject, head.epoch, head.n, head.chain)
        (at, bytes) = (head.at, head.bytes)
    }

    /// The head that an alarm is about.
    package init(_ alarm: AuditAlarm) throws {
        let head = try WireAuditHead(bounded: [UInt8](WireSignedAuditHead(bounded: alarm.bytes).head))
        self.init(
            node: alarm.node, epoch: alarm.epoch, n: alarm.n, chain: [UInt8](head.chain), at: head.at,
            bytes: alarm.bytes)
    }

    init(node: RecordID, epoch: UInt64, n: Int64, chain: [UInt8], at: Int64, bytes: [UInt8]) {
        (self.node, self.epoch, self.n, self.chain) = (node, epoch, n, chain)
        (self.at, self.bytes) = (at, bytes)
    }

    fileprivate init(_ row: Prepared) throws {
        guard let node = row.id(0) else { throw ByteReader.damage }
        self.node = node
        epoch = UInt64(bitPattern: row.integer(1))
        (n, chain, at, bytes) = (row.integer(2), row.bytes(3), row.integer(4), row.bytes(5))
    }
}

/// By what a node signs the heads of its audit.
package struct AuditSigner: Sendable {
    /// The node's record.
    package let node: RecordID
    package let key: SigningKey
    package let chain: [WireSignedCertificate]

    package init(node: RecordID, key: SigningKey, chain: [WireSignedCertificate]) {
        (self.node, self.key, self.chain) = (node, key, chain)
    }
}

/// How often heads are signed and asked for.
enum AuditPace {
    static let milliseconds: Int64 = 3_600_000
    static let entries: Int64 = 1_000
}

extension ReadAccess {
    private static let headColumns = "node, epoch, n, chain, at, bytes"

    /// The heads that are kept of one node, one an epoch, newest first; of every node when none is named.
    package func auditHeads(of node: RecordID? = nil) throws -> [KeptAuditHead] {
        let rows = try prepare(
            """
            SELECT \(Self.headColumns) FROM audit_head WHERE ?1 IS NULL OR node = ?1 ORDER BY at DESC, n DESC
            """)
        if let node { rows.bind(1, node) } else { rows.bindNull(1) }
        return try rows.all(KeptAuditHead.init)
    }

    /// The newest head of each node but one, newest first, as many as a request holds.
    package func newestAuditHeads(except own: RecordID?) throws -> [KeptAuditHead] {
        var seen: Set<RecordID> = own.map { [$0] } ?? []
        return try Array(auditHeads().filter { seen.insert($0.node).inserted }.prefix(Limits.auditHeadsPerRequestMax))
    }

    func auditHead(of node: RecordID, epoch: UInt64) throws -> KeptAuditHead? {
        let row = try prepare("SELECT \(Self.headColumns) FROM audit_head WHERE node = ? AND epoch = ?")
        row.bind(1, node)
        row.bind(2, Int64(bitPattern: epoch))
        return try row.first(KeptAuditHead.init)
    }

    /// Whether the node that gave an epoch should be asked how far its audit goes.
    package func isAuditDue(epoch: UInt64) throws -> Bool {
        let asked = try metaText(MetaKey.auditAsked)?.split(separator: ".").map(String.init) ?? []
        guard asked.count == 3, asked[0] == Hex.digits(epoch), let at = Int64(asked[1]), let position = Int64(asked[2])
        else { return true }
        let now = environment.wallMilliseconds()
        guard now >= at, now - at < AuditPace.milliseconds else { return true }
        return try Int64(clamping: pulledCheckpoint()?.position ?? 0) - position >= AuditPace.entries
    }
}

extension WriteAccess {
    /// Notes that the node that gave this epoch was asked for its head.
    package func noteAuditAsked(epoch: UInt64) throws {
        let position = try pulledCheckpoint()?.position ?? 0
        try setMeta(MetaKey.auditAsked, text: "\(Hex.digits(epoch)).\(environment.wallMilliseconds()).\(position)")
    }

    /// Keeps another node's head, and raises an alarm where it contradicts one that is kept.
    package func keep(_ head: SignedAuditHead) throws {
        let head = KeptAuditHead(head)
        if let kept = try auditHead(of: head.node, epoch: head.epoch) {
            let contradicts = head.n < kept.n || head.n == kept.n && head.chain != kept.chain
            if contradicts {
                return try raise(
                    kept, other: head.bytes,
                    "the node \(head.node) signed entry \(kept.n) of its audit, and now shows another up to \(head.n)")
            }
            if head.n == kept.n { return }
        }
        try store(head)
    }

    private func store(_ head: KeptAuditHead) throws {
        let row = try prepare(
            """
            INSERT INTO audit_head (node, epoch, n, chain, at, bytes) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET n = excluded.n, chain = excluded.chain, at = excluded.at, bytes = excluded.bytes
            """)
        row.bind(1, head.node)
        row.bind(2, Int64(bitPattern: head.epoch))
        row.bind(3, head.n)
        row.bind(4, head.chain)
        row.bind(5, head.at)
        row.bind(6, head.bytes)
        try row.run()
    }

    /// This node's head: the one that it signed last while that is young and near the end, else a new one.
    package func auditHead(by signer: AuditSigner) throws -> WireSignedAuditHead {
        let (tail, epoch, now) = (try auditTail(), try epoch(), environment.wallMilliseconds())
        if let last = try auditHead(of: signer.node, epoch: epoch) {
            let isYoung =
                0..<AuditPace.milliseconds ~= now - last.at && tail.n - last.n < AuditPace.entries || last.n == tail.n
            if try check(last) == .holds, isYoung { return try WireSignedAuditHead(bounded: last.bytes) }
            try lookForCut(in: last)
        }
        let end = try auditTail()
        let opened = try self.epoch()
        let signed = SignedAuditHead.sign(
            epoch: opened, n: end.n, hash: end.chain, at: now, by: signer.key, chain: signer.chain)
        try store(
            KeptAuditHead(
                node: signer.node, epoch: opened, n: end.n, chain: end.chain, at: now, bytes: signed.encoded))
        return signed
    }

    /// Compares a head that this node signed with its audit. Where it has not got that entry, or another one, somebody set
    /// the node back or wrote into its data: a person must look.
    package func lookForCut(in head: KeptAuditHead) throws {
        let isBeyond = try head.epoch == epoch() && auditTail().n < head.n
        switch try check(head) {
        case .holds: return
        case .lost, .settled: break
        case .cut:
            try raise(head, other: nil, "this node signed entry \(head.n) of its audit, which it does not have")
        case .rewritten:
            try raise(head, other: nil, "entry \(head.n) of this node's audit is not the one that it signed")
        }
        if !isBeyond { return }
        try noticeSetBack("it was shown its own signature of entry \(head.n) of its audit, which it does not have")
    }

    private func raise(_ head: KeptAuditHead, other: [UInt8]?, _ sentence: String) throws {
        let row = try prepare(
            "INSERT OR IGNORE INTO audit_alarm (at, node, epoch, n, bytes, other) VALUES (?, ?, ?, ?, ?, ?)")
        row.bind(1, environment.wallMilliseconds())
        row.bind(2, head.node)
        row.bind(3, Int64(bitPattern: head.epoch))
        row.bind(4, head.n)
        row.bind(5, head.bytes)
        row.bind(6, other)
        try row.run()
        if db.changesCount == 0 { return }
        try audit(
            .contradicted,
            [
                ("node", .string(head.node.description)), ("epoch", .string(Hex.digits(head.epoch))),
                ("n", .integer(head.n)),
            ])
        session.alarms.append(Alarm(message: "\(sentence): look with audit verify"))
    }
}
