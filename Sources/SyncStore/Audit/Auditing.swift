import FieldModel
import Foundation
import SyncCore
import SyncWire

/// Where an audit ends.
package struct AuditTail: Hashable, Sendable {
    /// Of the last entry; 0: there is none.
    package let n: Int64
    /// 32 bytes.
    package let chain: [UInt8]
}

/// A node writes into its audit what it commits, in the transaction that commits it. A device has none.
extension WriteAccess {
    private static let insertAudit = FixedSQL(
        "INSERT INTO audit (n, at, position, kind, entry, authority, detail, chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")

    /// A change set entered the log.
    /// - Parameters:
    ///   - rowid: its place there.
    ///   - at: when, as the log says.
    func auditEntering(_ entry: NewEntry, rowid: Int64, position: Int64, at: Int64) throws {
        guard role.isNode else { return }
        let kind = AuditKind(entering: entry.verdict, own: entry.own)
        let provenance = entry.own ? here : provenance ?? here
        try audit(
            kind, at: at, position: position, entry: rowid,
            set: AuditEntry.Subject(replica: entry.replica, seq: entry.seq, hash: entry.hash),
            authority: provenance.authority(of: entry.own ? nil : entry.writer, self),
            detail: entry.refusal.map { .object($0.members) })
    }

    /// A set in the log has another verdict, or another node has.
    /// - Parameter writer: who its author is here, if this node judged.
    func audit(
        _ kind: AuditKind, of entry: LogEntry, refusal: RefusalReason?, writer: Writer?
    ) throws {
        guard role.isNode else { return }
        let members = [("from", JSONValue.string(entry.verdict.word))] + (refusal?.members ?? [])
        try audit(
            kind, at: environment.wallMilliseconds(), position: position(), entry: entry.rowid,
            set: AuditEntry.Subject(replica: entry.replica, seq: entry.seq, hash: entry.hash),
            authority: (provenance ?? here).authority(of: writer, self), detail: .object(members))
    }

    /// Something that is about no set.
    func audit(_ kind: AuditKind, _ detail: [(String, JSONValue)]) throws {
        guard role.isNode else { return }
        try audit(
            kind, at: environment.wallMilliseconds(), position: 0, entry: nil, set: nil, authority: nil,
            detail: .object(detail))
    }

    private func audit(
        _ kind: AuditKind, at: Int64, position: Int64, entry rowid: Int64?, set: AuditEntry.Subject?,
        authority: Authority?, detail: JSONValue?
    ) throws {
        let last = try auditEnd ?? auditTail()
        let text = detail.map { Array($0.canonical().utf8) }
        let entry = AuditEntry(
            n: last.n + 1, at: at, position: position, kind: kind.rawValue, set: set, authority: authority?.hash,
            detail: text ?? [])
        let chain = entry.chained(after: last.chain)
        let row = try prepare(Self.insertAudit)
        row.bind(1, entry.n)
        row.bind(2, at)
        row.bind(3, position)
        row.bind(4, Int64(kind.rawValue))
        row.bind(5, rowid)
        row.bind(6, authority?.local)
        if let text { row.bind(7, text: text) } else { row.bindNull(7) }
        row.bind(8, chain)
        try row.run()
        auditEnd = AuditTail(n: entry.n, chain: chain)
    }

    /// Begins the audit of a node that has none: what is in the log already is told by its digest.
    func beginAudit() throws {
        guard role.isNode, try auditTail().n == 0 else { return }
        let log = try logDigest(upTo: .max, verdicts: [:])
        try audit(
            .begun,
            [
                ("sets", .integer(Int64(log.sets))), ("entry", .integer(log.last)),
                ("digest", .string(Hex.digits(log.digest))),
            ])
    }
}

extension ReadAccess {
    private static let lastAudited = FixedSQL("SELECT n, chain FROM audit ORDER BY n DESC LIMIT 1")

    package func auditTail() throws -> AuditTail {
        try prepare(Self.lastAudited).first { AuditTail(n: $0.integer(0), chain: $0.bytes(1)) }
            ?? AuditTail(n: 0, chain: AuditEntry.start)
    }

    /// The hash that chains an entry; nil when there is no such entry.
    func auditChain(at n: Int64) throws -> [UInt8]? {
        let statement = try prepare("SELECT chain FROM audit WHERE n = ?")
        statement.bind(1, n)
        return try statement.first { $0.bytes(0) }
    }

    /// Of all sets in the log up to a place: replica, seq, hash and verdict of each, in the order of the log.
    /// - Parameter verdicts: those that sets had then, where they changed since, by their places.
    func logDigest(upTo last: Int64, verdicts: [Int64: Verdict]) throws -> (digest: [UInt8], sets: Int, last: Int64) {
        let rows = try prepare(
            "SELECT rowid, replica, seq, hash, verdict FROM change_log WHERE rowid <= ? ORDER BY rowid")
        defer { rows.reset() }
        rows.bind(1, last)
        let hash = RunningHash()
        var (sets, end): (Int, Int64) = (0, 0)
        while try rows.next() {
            end = rows.integer(0)
            var out = ByteWriter()
            out.unsigned(try names.replica(rows.integer(1)).raw)
            out.unsigned(UInt64(bitPattern: rows.integer(2)))
            out.counted(rows.bytes(3))
            out.byte(verdicts[end]?.rawValue ?? UInt8(truncatingIfNeeded: rows.integer(4)))
            hash.add(out.bytes[...])
            sets += 1
        }
        return (hash.finish(), sets, end)
    }
}

extension RefusalReason {
    fileprivate var members: [(String, JSONValue)] {
        [("code", .string(code)), ("en", .string(messageEN)), ("zh", .string(messageZH))]
    }
}

extension Verdict {
    /// In the audit's details.
    var word: String {
        switch self {
        case .applied: "applied"
        case .refused: "refused"
        case .undecided: "undecided"
        case .gone: "gone"
        }
    }

    init?(word: String) {
        guard let found = [Verdict.applied, .refused, .undecided, .gone].first(where: { $0.word == word }) else {
            return nil
        }
        self = found
    }
}
