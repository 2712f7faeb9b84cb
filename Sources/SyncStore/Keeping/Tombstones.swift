import FieldModel
import GRDB
package import SyncCore
import SyncWire

/// Forgetting (sync-model §8, R-99): headquarters overwrites with nothing what a record still holds that was deleted a lease ago.
/// The stub stays and counts like any record, the change sets stay in the log: who edits it later meets a decision, and who
/// takes the deletion back gets back what was forgotten.
package enum ForgettingPace {
    /// From the last change of the record, by this node's own clock: what a person may still look at stays untouched.
    package static let leaseMilliseconds: Int64 = Limits.leaseDays * 86_400_000
    /// In one change set, so that it travels as any other does and devices get the stubs in small pulls.
    package static let recordsPerStepMax = 200
    static let dotsPerStepMax = 10_000
}

enum ForgettingSchema {
    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                -- At headquarters: the sets in the log that forgot a record, until its deletion is taken back.
                CREATE TABLE forgotten (record BLOB NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (record, entry))
                WITHOUT ROWID;
                """)
        for table in RecordTable.ordered { try db.execute(sql: table.tombstones) }
    }
}

/// A row among the deleted ones of its table, in the order of their last changes.
private struct TombstonePlace {
    var position: Int64 = 0
    var rowid: Int64 = 0

    var text: String { "\(position).\(rowid)" }

    init() {}

    init?(_ text: String) {
        let parts = text.split(separator: ".").compactMap { Int64($0) }
        guard parts.count == 2 else { return nil }
        (position, rowid) = (parts[0], parts[1])
    }
}

extension WriteAccess {
    /// Forgets, at headquarters, some of what is due, as one change set.
    /// - Parameter node: the node's record, who writes it.
    /// - Returns: whether there may be more.
    package func forgetTombstones(by node: RecordID) throws -> Bool {
        guard role == .hq else { return false }
        let due = environment.wallMilliseconds() - ForgettingPace.leaseMilliseconds
        let last = try lastPosition(at: due)
        for table in RecordTable.ordered where ForgettingRule.isForgotten(table.entity.tag) {
            if try forget(in: table, upTo: last, by: node, deletedBefore: due) { return true }
        }
        return false
    }

    /// - Returns: whether there was anything to look at.
    private func forget(
        in table: RecordTable, upTo last: Int64, by node: RecordID, deletedBefore due: Int64
    ) throws -> Bool {
        let key = "\(MetaKey.forgottenThrough)/\(table.entity.name)"
        var place = try metaText(key).flatMap(TombstonePlace.init) ?? TombstonePlace()
        var changes: [LocalChange] = []
        var dots = 0
        let rows = try prepare(
            """
            \(table.selectSQL) WHERE deleted = 1 AND (position, rowid) > (?, ?) AND position <= ?
            ORDER BY position, rowid
            """)
        rows.bind(1, place.position)
        rows.bind(2, place.rowid)
        rows.bind(3, last)
        var looked = 0
        while looked < ForgettingPace.recordsPerStepMax, dots < ForgettingPace.dotsPerStepMax, try rows.next() {
            let record = try record(in: rows, table: table)
            (place.position, place.rowid) = (record.position, record.rowid ?? 0)
            looked += 1
            guard let change = Self.forgetting(record, dotsMax: ForgettingPace.dotsPerStepMax) else { continue }
            dots += change.amends.values.reduce(0) { $0 + $1.count }
            changes.append(change)
        }
        rows.reset()
        if looked == 0 { return false }
        try setMeta(key, text: place.text)
        if !changes.isEmpty { try forget(changes, by: node, deletedBefore: due) }
        return true
    }

    /// Nil for a record that a person has still to decide about, and for one of which nothing is left.
    private static func forgetting(_ record: StoredRecord, dotsMax: Int) -> LocalChange? {
        guard record.shown.deletion == .deleted else { return nil }
        var left = dotsMax
        var amends: [FieldTag: [Dot]] = [:]
        for field in ForgettingRule.forgotten(record.shown, type: record.type) where left > 0 {
            let dots = field.state.siblings.prefix(left).map(\.dot)
            amends[field.tag] = dots
            left -= dots.count
        }
        return amends.isEmpty ? nil : LocalChange(type: record.type, record: record.id, edits: [], amends: amends)
    }

    private static let insertForgotten = FixedSQL("INSERT INTO forgotten (record, entry) VALUES (?, ?)")

    private func forget(_ changes: [LocalChange], by node: RecordID, deletedBefore due: Int64) throws {
        let set = try commit(changes, author: node)
        guard let entry = try entry(of: ownReplica(), at: set.seq)?.rowid else { throw ByteReader.damage }
        let row = try prepare(Self.insertForgotten)
        for change in changes {
            row.bind(1, change.record)
            row.bind(2, entry)
            try row.run()
        }
        count(.forgotten, changes.count)
        try audit(.forgotten, [("records", .integer(Int64(changes.count))), ("before", .integer(due))])
    }
}
