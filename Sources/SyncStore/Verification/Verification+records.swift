import FieldModel
import Foundation
import GRDB
import SyncCore
import SyncWire

extension ReadAccess {
    /// Every record, one in memory at a time, then the sums over them.
    func verifyRecords(_ out: inout Verification) throws {
        var sums: [Int64: (digest: ScopeDigest, records: Int)] = [:]
        for table in RecordTable.ordered.map(Optional.some) + [nil] {
            let row = try prepare(table?.viewSQL ?? RecordTable.unknownSelectSQL)
            defer { row.reset() }
            while try row.next() {
                guard let record = try readable(row, table, &out), let scope = record.storedScope else { continue }
                try verify(record, row, table, &out)
                guard let base = record.base else { continue }
                let hash = RecordStateCodec.hash(type: record.type, id: record.id, state: base)
                sums[scope, default: (ScopeDigest(), 0)].digest.add(hash)
                sums[scope]?.records += 1
                out.records += 1
                if hash != record.storedHash {
                    let damaged = Verification.Damaged(
                        id: record.id, table: table?.entity.tag ?? 0, scope: try names.scope(scope))
                    out.damaged(damaged, "\(name(record)): its content is not what was written")
                }
            }
        }
        try verifyScopes(sums, &out)
    }

    private func name(_ record: StoredRecord) -> String { "\(ShownRecord.name(of: record.type)) \(record.id)" }

    private func readable(_ row: Prepared, _ table: RecordTable?, _ out: inout Verification) throws -> StoredRecord? {
        do { return try record(in: row, table: table) } catch let error as StoreFailure {
            guard case .integrity = error else { throw error }
        } catch is WireError {}
        guard let id = row.id(1) else {
            out.fault(.records, "\(table?.entity.name ?? "record") without an id: its state cannot be read")
            return nil
        }
        let sentence = "\(table?.entity.name ?? "record") \(id): its state cannot be read"
        let scope = (try? names.scope(row.integer(2))) ?? ""
        out.damaged(Verification.Damaged(id: id, table: table?.entity.tag ?? 0, scope: scope), sentence)
        return nil
    }

    /// What follows from the record and others, and is kept of it.
    private func verify(
        _ record: StoredRecord, _ row: Prepared, _ table: RecordTable?, _ out: inout Verification
    ) throws {
        guard let table, let rowid = record.rowid else { return }
        if let derived = try derived(record.type, record.id) {
            let kept = table.derivedValues(in: row)
            if table.derived.contains(where: { kept[$0.field.tag] != derived[$0.field.name] ?? nil }) {
                out.fault(.projections, "\(name(record)): a derived field is not what follows from its records")
            }
        }
        let readable = try opened(record.shown, of: record.id)
        if try listedConflicts(of: record.id) != table.openConflicts(readable) {
            out.fault(.projections, "\(name(record)): the list of conflicts is not what follows from it")
        }
        if record.type == EntityTag.workOrder,
            try Set(listedDecisions(of: record.id).keys) != Set(orderFold(record.id).flags.map(\.reason))
        {
            out.fault(.projections, "\(name(record)): the list of decisions is not what follows from its events")
        }
        if let entries = try namedEntries(record, table: table) {
            out.named += entries
        } else {
            out.fault(.projections, "\(name(record)): it is not listed for whom it names")
        }
        let isIndexed = try isIndexed(SearchText.rowid(type: record.type, rowid: rowid), table)
        if let isIndexed, isIndexed == table.searchText(readable).isEmpty {
            out.fault(.projections, "\(name(record)): the search index does not have it as it is")
        }
    }

    /// Nil in a copy, which has no words of what is personal beside it.
    private func isIndexed(_ place: Int64, _ table: RecordTable) throws -> Bool? {
        func isHere(_ db: Database) throws -> Bool {
            let statement = try db.cachedStatement(sql: "SELECT 1 FROM search_docsize WHERE id = ?")
            return try Int.fetchOne(statement, arguments: [place]) != nil
        }
        if !table.entity.isPersonal { return try isHere(db) }
        return people.isAbsent ? nil : try people.read(isHere)
    }

    private func verifyScopes(
        _ sums: [Int64: (digest: ScopeDigest, records: Int)], _ out: inout Verification
    ) throws {
        let rows = try Row.fetchCursor(db, sql: "SELECT local, name, digest, records FROM scope ORDER BY name")
        while let row = try rows.next() {
            let kept = ScopeDigest(sum: UInt128(bigEndianBytes: [UInt8](row["digest"] as Data)))
            let (digest, records) = sums[row["local"]] ?? (ScopeDigest(), 0)
            if records > 0 { out.scopes += 1 }
            if kept != digest || row["records"] != records {
                out.fault(.scopes, "scope \(row["name"] as String): its digest is not that of its records")
            }
        }
    }
}
