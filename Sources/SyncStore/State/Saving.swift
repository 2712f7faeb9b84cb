import FieldModel
import Foundation
import GRDB
import SyncCore
import SyncWire

extension WriteAccess {
    /// Writes a record with everything that follows from it in the same row: columns, state blob, hash, position, the
    /// scope's digest, base, conflicts and search. Projections over several records follow at the transaction's end.
    func save(_ record: StoredRecord, before: RecordState?) throws {
        let hash = record.base.map { RecordStateCodec.hash(type: record.type, id: record.id, state: $0) }
        let scope = try names.local(scope: (record.base ?? record.shown).scope ?? "")
        try account(record, scope: scope, hash: hash)
        try saveBase(record)
        let state = try encode(record)
        let head: [any DatabaseValueConvertible] = [
            scope, record.position, record.shown.deletion == .present ? 0 : 1,
            hash.map { Data($0.bigEndianBytes).databaseValue } ?? .null, state,
        ]
        if let table = RecordTable.all[record.type] {
            try write(record, table: table, head: head, before: before)
        } else {
            try writeUnknown(record, head: head)
        }
        if before != record.shown {
            if let before { affected.add(record.type, record.id, before) }
            affected.add(record.type, record.id, record.shown)
        }
    }

    private func encode(_ record: StoredRecord) throws -> Data {
        guard let table = RecordTable.all[record.type] else {
            return Data(RecordStateCodec.encode(type: record.type, id: record.id, state: record.shown))
        }
        var inColumns = table.shownSiblings(record.shown)
        // The row is filed under its base's scope; what it shows may be a move that no node has judged yet.
        if record.shown.scope == (record.base ?? record.shown).scope {
            inColumns[.scope] = record.shown[.scope].latest
        }
        return Data(
            try StateBlob.encode(record.shown, id: record.id, names: names) { tag, sibling in
                inColumns[tag]?.dot == sibling.dot
            })
    }

    private func write(
        _ record: StoredRecord, table: RecordTable, head: [any DatabaseValueConvertible], before: RecordState?
    ) throws {
        let values = table.columnValues(record.shown)
        if let rowid = record.rowid {
            let arguments = StatementArguments(head) + StatementArguments(values) + [rowid]
            try db.cachedStatement(sql: table.updateSQL).execute(arguments: arguments)
            try index(record.shown, before: before, rowid: rowid, table: table)
        } else {
            let arguments = [record.id] + StatementArguments(head) + StatementArguments(values)
            try db.cachedStatement(sql: table.insertSQL).execute(arguments: arguments)
            count(.records(record.type), 1)
            try index(record.shown, before: nil, rowid: db.lastInsertedRowID, table: table)
        }
        try noteConflicts(record, table: table)
    }

    private func writeUnknown(_ record: StoredRecord, head: [any DatabaseValueConvertible]) throws {
        if record.rowid == nil { count(.records(Tally.unknownType), 1) }
        let sql = """
            INSERT INTO unknown_record (id, type, scope, position, deleted, hash, state) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET scope = excluded.scope, position = excluded.position,
              deleted = excluded.deleted, hash = excluded.hash, state = excluded.state
            """
        try db.cachedStatement(sql: sql).execute(
            arguments: [record.id, Int64(record.type)] + StatementArguments(head))
    }

    private func saveBase(_ record: StoredRecord) throws {
        if role.isNode { return }
        if let base = record.base, base != record.shown {
            let bytes = RecordStateCodec.encode(type: record.type, id: record.id, state: base)
            try db.cachedStatement(
                sql: "INSERT INTO base (record, state) VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state"
            ).execute(arguments: [record.id, Data(bytes)])
        } else {
            try db.cachedStatement(sql: "DELETE FROM base WHERE record = ?").execute(arguments: [record.id])
        }
    }

    /// Moves the record's hash from its old scope's digest to its new one's.
    private func account(_ record: StoredRecord, scope: Int64, hash: UInt128?) throws {
        if let old = record.storedHash, let oldScope = record.storedScope, oldScope != scope || old != hash {
            try updateScope(oldScope, position: record.position, count: -1) { $0.remove(old) }
        }
        if let hash, hash != record.storedHash || record.storedScope != scope {
            try updateScope(scope, position: record.position, count: 1) { $0.add(hash) }
        }
    }

    private func updateScope(
        _ scope: Int64, position: Int64, count: Int, _ change: (inout ScopeDigest) -> Void
    ) throws {
        let select = try db.cachedStatement(sql: "SELECT digest FROM scope WHERE local = ?")
        var digest = ScopeDigest(
            sum: UInt128(bigEndianBytes: [UInt8](try Data.fetchOne(select, arguments: [scope]) ?? Data(count: 16))))
        change(&digest)
        try db.cachedStatement(
            sql: "UPDATE scope SET digest = ?, records = records + ?, position = max(position, ?) WHERE local = ?"
        ).execute(arguments: [Data(digest.sum.bigEndianBytes), count, position, scope])
    }
}

extension RecordTable {
    /// The sibling that each single-valued field shows, where its value fits the column.
    func shownSiblings(_ state: RecordState) -> [FieldTag: Sibling] {
        var out: [FieldTag: Sibling] = [:]
        for columns in self.columns where FieldColumns.isSingle(columns.field.kind) {
            if let sibling = columns.field.shown(state[columns.field.tag]),
                columns.databaseValues(sibling.value) != nil
            {
                out[columns.field.tag] = sibling
            }
        }
        return out
    }

    func columnValues(_ state: RecordState) -> [DatabaseValue] {
        columns.flatMap { columns -> [DatabaseValue] in
            let field = state[columns.field.tag]
            switch columns.field.kind {
            case .register, .review, .ranked:
                let value = columns.field.shown(field).flatMap { columns.databaseValues($0.value) }
                return value ?? columns.names.map { _ in .null }
            case .set:
                return [Self.array(field.distinctValues)]
            case .log:
                return [Self.array(field.inOrder.map(\.value))]
            case .counter:
                return [field.siblings.isEmpty ? .null : field.sum.databaseValue]
            }
        }
    }

    private static func array(_ values: [Value]) -> DatabaseValue {
        values.isEmpty ? .null : JSONValue.array(values.map(\.json)).canonical().databaseValue
    }
}

extension FieldDeclaration {
    /// The sibling that a register, review or ranked field shows.
    func shown(_ state: FieldState) -> Sibling? {
        kind == .ranked ? state.highest(rank: rank(of:)) : state.latest
    }
}
