import FieldModel
import Foundation
import GRDB
package import SyncCore
import SyncWire

extension WriteAccess {
    /// Mends what `verify` found, as far as it can be: damaged records by what a node has of them, and what follows from
    /// records anew.
    /// - Parameter states: of the damaged records, in their canonical bytes.
    /// - Returns: the records that are whole again.
    package func mend(_ found: Verification, by states: [[UInt8]]) throws -> [RecordID] {
        let damaged = Dictionary(found.damaged.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var mended: [RecordID] = []
        var brought = BroughtStates()
        for bytes in states {
            let (type, id, state) = try RecordStateCodec.decode(bytes)
            guard let record = damaged[id] else { continue }
            try replace(record, by: state, type: type)
            mended.append(id)
            brought.add(bytes)
        }
        if brought.count > 0 { try audit(.mended, brought.members) }
        if found.count(.scopes) + found.count(.records) > 0 { try sumScopes() }
        if found.count(.projections) > 0 { try countRecords() }
        // What cannot be read can be derived from neither.
        let isReadable = mended.count == damaged.count
        if isReadable, found.count(.records) + found.count(.projections) > 0 { try rebuildProjections() }
        return mended
    }

    /// A node's state in the place of a damaged one, with what the log has of this record applied over it.
    private func replace(_ damaged: Verification.Damaged, by state: RecordState, type: TypeTag) throws {
        let table = RecordTable.all[damaged.table]?.entity.name ?? RecordTable.unknownName
        try db.execute(sql: "DELETE FROM \"\(table)\" WHERE id = ?", arguments: [damaged.id])
        try db.execute(sql: "DELETE FROM base WHERE record = ?", arguments: [damaged.id])
        count(.records(damaged.table), -1)
        var record = StoredRecord.new(type, damaged.id)
        record.base = state
        if role.isNode {
            record.shown = try withLog(state, of: damaged.id)
            record.base = record.shown
            record.position = try position()
        } else {
            record.shown = Layered.shown(base: state, own: try countedChanges(of: damaged.id)) ?? state
        }
        try save(record, before: nil)
    }

    private func withLog(_ state: RecordState, of id: RecordID) throws -> RecordState {
        var state = state
        for entry in try entries(changing: id) where entry.verdict == .applied {
            guard let set = try entry.changeSet() else { continue }
            for change in set.changes where change.record == id {
                state.apply(change, timestamp: set.timestamp, author: set.author)
            }
        }
        return state
    }

    private func countRecords() throws {
        try settleTallies()
        for tally in Tally.all where tally != .changeSets {
            try db.execute(
                sql: "UPDATE tally SET rows = (SELECT count(*) FROM \"\(tally.table)\") WHERE name = ?",
                arguments: [tally.table])
        }
    }

    /// Every scope's digest and count anew, from the hashes that stand with the records.
    private func sumScopes() throws {
        try settleScopes()
        var sums: [Int64: (digest: ScopeDigest, records: Int)] = [:]
        for table in RecordTable.ordered.map(\.entity.name) + [RecordTable.unknownName] {
            let rows = try Row.fetchCursor(db, sql: "SELECT scope, hash FROM \"\(table)\" WHERE hash IS NOT NULL")
            while let row = try rows.next() {
                let hash = UInt128(bigEndianBytes: [UInt8](row[1] as Data))
                sums[row[0], default: (ScopeDigest(), 0)].digest.add(hash)
                sums[row[0]]?.records += 1
            }
        }
        for scope in try Int64.fetchAll(db, sql: "SELECT local FROM scope") {
            let (digest, records) = sums[scope] ?? (ScopeDigest(), 0)
            try db.cachedStatement(sql: "UPDATE scope SET digest = ?, records = ? WHERE local = ?").execute(
                arguments: [Data(digest.sum.bigEndianBytes), records, scope])
        }
    }
}
