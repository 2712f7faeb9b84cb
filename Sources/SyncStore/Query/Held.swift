import FieldModel
import Foundation
import GRDB
package import SyncCore
import SyncWire

/// What a node keeps aside until a person has looked at it.
package struct HeldView: Sendable {
    package enum Kind: Sendable, Equatable {
        /// A device still knows of records what this node does not, and was not asked for it.
        case witness
        /// A set says something else than what others had told of its writes.
        case contradicted
        /// Two devices write under one id.
        case forked
        /// Refused because somebody else has the device's key too.
        case compromised
        /// Applied before that was known.
        case suspect
        /// It did not verify; how.
        case unverified(String)
        /// The node itself was set back; by what it noticed.
        case setBack(String)

        fileprivate init(reason: String) {
            switch reason {
            case WriteAccess.contradicted: self = .contradicted
            case WriteAccess.forked: self = .forked
            default: self = .unverified(reason)
            }
        }
    }

    /// Names it at this node; what `acceptHeld` and `dismissHeld` take.
    package let name: String
    package let kind: Kind
    /// Nil: it is about the node itself.
    package let replica: ReplicaID?
    /// How many change sets.
    package let sets: Int
    /// Milliseconds since 1970 UTC: when the last of them came, or it was noticed.
    package let at: Int64
    /// Of a witness: whose device it is, and the records.
    package let author: RecordID?
    package let records: [RecordID]
}

extension ReadAccess {
    /// What waits for a person at this node, newest first.
    package func held() throws -> [HeldView] {
        guard role.isNode else { return [] }
        let witnesses = try refusedWitnesses().map { entry, set in
            HeldView(
                name: String(entry.rowid), kind: .witness, replica: entry.replica, sets: 1, at: entry.at,
                author: set.author, records: set.records.map(\.id))
        }
        let compromised = try heldOfCompromised().map { try view("k", .compromised, $0.replica, $0.entries) }
        let suspect = try suspect().map { try view("s", .suspect, $0.replica, $0.entries) }
        return try witnesses + compromised + suspect + quarantined() + setBack()
    }

    /// Sets of one chain, called by the first of them that came.
    private func view(
        _ prefix: String, _ kind: HeldView.Kind, _ replica: ReplicaID, _ entries: [LogEntry]
    ) throws -> HeldView {
        let sets = try entries.compactMap { try $0.changeSet() }
        return HeldView(
            name: "\(prefix)\(entries.map(\.rowid).min() ?? 0)", kind: kind, replica: replica, sets: entries.count,
            at: entries.map(\.at).max() ?? 0, author: sets.first?.author,
            records: Set(sets.flatMap(\.changes).map(\.record)).sorted())
    }

    /// Of which something is still not known here.
    private func refusedWitnesses() throws -> [(entry: LogEntry, set: ChangeSet)] {
        let statement = try prepare(
            """
            SELECT \(LogEntry.columns) FROM change_log
            WHERE verdict = 1 AND verdict <> 0 AND own = 0 AND settled = 0 AND code = ? ORDER BY change_log.rowid DESC
            """)
        statement.bind(1, text: ErrorCode.constraint.rawValue)
        return try entries(statement).compactMap { entry in
            guard let set = try entry.changeSet() else { return nil }
            return try set.changes.contains(where: addsToWhatIsHere) ? (entry, set) : nil
        }
    }

    fileprivate func addsToWhatIsHere(_ change: Change) throws -> Bool {
        guard case .witness(let state) = change.effect else { return false }
        let mine = try load(change.record, type: change.type)?.shown ?? RecordState()
        var joined = mine
        joined.join(state)
        return joined != mine
    }

    private func setBack() throws -> [HeldView] {
        guard let at = try metaInteger(MetaKey.setBackAt), let evidence = try metaText(MetaKey.setBackEvidence) else {
            return []
        }
        return [
            HeldView(
                name: WriteAccess.setBack, kind: .setBack(evidence), replica: nil, sets: 0, at: at, author: nil,
                records: [])
        ]
    }

    private func quarantined() throws -> [HeldView] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT max(rowid), replica, reason, count(*), max(at) FROM quarantine WHERE settled = 0
                GROUP BY replica, reason ORDER BY max(rowid) DESC
                """)
        return rows.map { row in
            HeldView(
                name: "q\(row[0] as Int64)", kind: .init(reason: row[2]),
                replica: ReplicaID(UInt64(bitPattern: row[1] as Int64)), sets: row[3], at: row[4], author: nil,
                records: [])
        }
    }
}

extension WriteAccess {
    static let contradicted = "contradicted"
    static let forked = "forked"
    fileprivate static let setBack = "setback"

    /// A person confirms what a device still knows: this node writes it as its own witness. Or that what was held because of
    /// a compromised key is its author's.
    /// - Returns: the records; nil when nothing of this name waits, or it is nothing that can be confirmed.
    package func acceptHeld(_ name: String, author: RecordID) throws -> [RecordID]? {
        if name.hasPrefix("k"), let rowid = Int64(name.dropFirst()) {
            return try acceptCompromised(rowid, author: author)
        }
        guard let rowid = Int64(name) else { return nil }
        let statement = try prepare(
            "SELECT \(LogEntry.columns) FROM change_log WHERE change_log.rowid = ? AND verdict = 1 AND own = 0")
        statement.bind(1, rowid)
        guard let set = try statement.first({ try LogEntry($0, self) })?.changeSet() else { return nil }
        let changes = try set.changes.filter(addsToWhatIsHere)
        if changes.isEmpty { return nil }
        try audit(.confirmed, [("id", .string(name))])
        try apply(commitWitness(changes, author: author))
        return changes.map(\.record)
    }

    /// A person has seen it: it is listed no more, and stays as it is.
    /// - Returns: whether something of this name waited.
    package func dismissHeld(_ name: String) throws -> Bool {
        if name == Self.setBack {
            guard try metaText(MetaKey.setBackAt) != nil else { return false }
            try setMeta(MetaKey.setBackAt, nil)
            try setMeta(MetaKey.setBackEvidence, nil)
            try audit(.dismissed, [("id", .string(name))])
            return true
        }
        if let mark = name.first, "ks".contains(mark), let rowid = Int64(name.dropFirst()) {
            let chains = try mark == "k" ? heldOfCompromised() : suspect()
            let listed = chains.first { $0.entries.contains { $0.rowid == rowid } }?.entries ?? []
            try settle(listed)
            if !listed.isEmpty { try audit(.dismissed, [("id", .string(name))]) }
            return !listed.isEmpty
        }
        if let rowid = Int64(name) {
            try db.execute(
                sql: "UPDATE change_log SET settled = 1 WHERE rowid = ? AND verdict = 1 AND own = 0 AND settled = 0",
                arguments: [rowid])
        } else if name.hasPrefix(Self.alarmPrefix) {
            try settleAlarm(name)
        } else {
            try db.execute(
                sql: """
                    UPDATE quarantine SET settled = 1 WHERE settled = 0 AND rowid <= ?1
                    AND (replica, reason) = (SELECT replica, reason FROM quarantine WHERE rowid = ?1)
                    """, arguments: [name.hasPrefix("q") ? Int64(name.dropFirst()) : nil])
        }
        let isDismissed = db.changesCount > 0
        if isDismissed { try audit(.dismissed, [("id", .string(name))]) }
        return isDismissed
    }
}
