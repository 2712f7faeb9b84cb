import FieldModel
import Foundation
import GRDB
package import SyncCore
import SyncWire

/// A record as the store holds it: what it shows, and what nodes say of it (its base).
struct StoredRecord {
    let type: TypeTag
    let id: RecordID
    /// Nil: not yet in its table.
    let rowid: Int64?
    /// The scope's small number and the base's hash, as the row and the scope's digest have them.
    let storedScope: Int64?
    let storedHash: UInt128?
    var position: Int64
    var shown: RecordState
    /// Nil: no node has told of this record. On a node always equal to `shown`.
    var base: RecordState?

    static func new(_ type: TypeTag, _ id: RecordID) -> StoredRecord {
        StoredRecord(
            type: type, id: id, rowid: nil, storedScope: nil, storedHash: nil, position: 0, shown: RecordState(),
            base: nil)
    }
}

extension ReadAccess {
    /// What this replica shows of a record; nil when it is not here.
    package func state(of id: RecordID) throws -> RecordState? { try load(id)?.shown }

    /// The record, nil when it is not here. Its type is a hint that saves looking through all tables.
    func load(_ id: RecordID, type: TypeTag? = nil) throws -> StoredRecord? {
        if let type { return try load(id, in: RecordTable.all[type], type: type) }
        for table in RecordTable.ordered {
            if let found = try load(id, in: table, type: table.entity.tag) { return found }
        }
        return try load(id, in: nil, type: 0)
    }

    private func load(_ id: RecordID, in table: RecordTable?, type: TypeTag) throws -> StoredRecord? {
        guard let table else { return try loadUnknown(id) }
        let statement = try db.cachedStatement(sql: table.selectSQL + " WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map { try record(in: $0, table: table) }
    }

    /// The record in a row of `RecordTable.selectSQL`.
    func record(in row: Row, table: RecordTable) throws -> StoredRecord {
        guard let id = RecordID.fromDatabaseValue(row[1]) else { throw ByteReader.damage }
        let columns = RecordTable.valueIndexes(table)
        let scope = try names.scope(row[2])
        let shown = try StateBlob.decode([UInt8](row[6] as Data), id: id, names: names) { tag in
            tag == .scope ? .text(scope) : columns[tag].flatMap { $0.columns.value(in: row, at: $0.index) }
        }
        let hash = (row[5] as Data?).map { UInt128(bigEndianBytes: [UInt8]($0)) }
        return StoredRecord(
            type: table.entity.tag, id: id, rowid: row[0], storedScope: row[2], storedHash: hash, position: row[3],
            shown: shown, base: try hash.map { _ in try layeredBase(id) ?? shown })
    }

    private func loadUnknown(_ id: RecordID) throws -> StoredRecord? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM unknown_record WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map(unknownRecord)
    }

    func unknownRecord(in row: Row) throws -> StoredRecord {
        let (type, id, shown) = try RecordStateCodec.decode([UInt8](row["state"] as Data))
        let hash = (row["hash"] as Data?).map { UInt128(bigEndianBytes: [UInt8]($0)) }
        return StoredRecord(
            type: type, id: id, rowid: row["rowid"], storedScope: row["scope"], storedHash: hash,
            position: row["position"], shown: shown, base: try hash.map { _ in try layeredBase(id) ?? shown })
    }

    /// A device's base of a record that shows own sets on top; nil when base and shown state are the same.
    private func layeredBase(_ id: RecordID) throws -> RecordState? {
        if role.isNode { return nil }
        let statement = try db.cachedStatement(sql: "SELECT state FROM base WHERE record = ?")
        return try Data.fetchOne(statement, arguments: [id]).map { try RecordStateCodec.decode([UInt8]($0)).state }
    }
}

extension RecordTable {
    private static let indexes: [TypeTag: [FieldTag: (columns: FieldColumns, index: Int)]] = all.mapValues { table in
        var index = firstValueColumn
        var out: [FieldTag: (FieldColumns, Int)] = [:]
        for columns in table.columns {
            if FieldColumns.isSingle(columns.field.kind) { out[columns.field.tag] = (columns, index) }
            index += columns.names.count
        }
        return out
    }

    /// Where a single-valued field's columns stand in a row of `selectSQL`.
    static func valueIndexes(_ table: RecordTable) -> [FieldTag: (columns: FieldColumns, index: Int)] {
        indexes[table.entity.tag] ?? [:]
    }
}

extension UInt128 {
    init(bigEndianBytes bytes: [UInt8]) { self = bytes.prefix(16).reduce(0) { $0 << 8 | UInt128($1) } }

    var bigEndianBytes: [UInt8] {
        stride(from: 120, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> UInt128($0)) }
    }
}
