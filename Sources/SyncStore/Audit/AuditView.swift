import Foundation
import GRDB
package import SyncCore
package import SyncWire

/// One entry of the audit, with what it is about.
package struct AuditView: Sendable {
    /// The change set that an entry is about.
    package struct Set: Sendable {
        package let replica: ReplicaID
        package let seq: UInt64
        package let hash: [UInt8]
        /// Nil: its bytes are not here.
        package let content: ChangeSet?
    }

    package let n: Int64
    /// Milliseconds since 1970.
    package let at: Int64
    package let position: Int64
    /// Nil: a later version's.
    package let kind: AuditKind?
    package let set: Set?
    package let authority: AuditAuthority?
    /// An object of JSON; nil: nothing more is to be said.
    package let detail: String?
}

/// Which entries are asked for.
package struct AuditQuestion: Sendable {
    /// Those with change sets to this record.
    package var record: RecordID?
    /// Those by this person's keys, or about him.
    package var user: RecordID?
    /// Those by this device's key, brought by it, or about it.
    package var device: RecordID?
    /// Milliseconds since 1970; nil: from the beginning.
    package var since: Int64?
    package var limit: Int

    package init(limit: Int) { self.limit = limit }
}

extension ReadAccess {
    /// Entries of the audit, newest first.
    package func audit(_ asked: AuditQuestion) throws -> [AuditView] {
        var conditions = ["at >= ?"]
        var arguments: [any DatabaseValueConvertible] = [asked.since ?? .min]
        if let record = asked.record {
            conditions.append("entry IN (SELECT entry FROM change_record WHERE record = ?)")
            arguments.append(record)
        }
        // An id stands in an authority as its bytes, in a detail as its text.
        for id in [asked.user, asked.device].compactMap({ $0 }) {
            conditions.append(
                "(authority IN (SELECT local FROM authority WHERE instr(content, ?) > 0) OR instr(detail, ?) > 0)")
            arguments += [Data(id.bytes), id.description]
        }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT n, at, position, kind, entry, authority, detail FROM audit
                WHERE \(conditions.joined(separator: " AND ")) ORDER BY n DESC LIMIT ?
                """,
            arguments: StatementArguments(arguments + [asked.limit]))
        var authorities: [Int64: AuditAuthority] = [:]
        return try rows.map { row in
            if let number = row["authority"] as Int64?, authorities[number] == nil {
                authorities[number] = try authority(number)
            }
            return AuditView(
                n: row["n"], at: row["at"], position: row["position"],
                kind: AuditKind(rawValue: UInt8(truncatingIfNeeded: row["kind"] as Int64)),
                set: try (row["entry"] as Int64?).flatMap(auditedSet),
                authority: (row["authority"] as Int64?).flatMap { authorities[$0] }, detail: row["detail"])
        }
    }

    private func authority(_ number: Int64) throws -> AuditAuthority? {
        let statement = try db.cachedStatement(sql: "SELECT content FROM authority WHERE local = ?")
        let content = try Data.fetchOne(statement, arguments: [number])
        return content.flatMap { try? AuditAuthority([UInt8]($0)) }
    }

    private func auditedSet(_ rowid: Int64) throws -> AuditView.Set? {
        guard let set = try loggedSet(rowid) else { return nil }
        let content = set.bytes.flatMap { try? ChangeSetCodec.decode($0, replica: set.subject.replica) }
        return AuditView.Set(
            replica: set.subject.replica, seq: set.subject.seq, hash: set.subject.hash, content: content)
    }
}
