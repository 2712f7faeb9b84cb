import FieldModel
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
    /// On a device: whether the base is kept beside the row, because the row shows more.
    let isLayered: Bool
    var position: Int64
    var shown: RecordState
    /// Nil: no node has told of this record. On a node always equal to `shown`.
    var base: RecordState?

    static func new(_ type: TypeTag, _ id: RecordID) -> StoredRecord {
        StoredRecord(
            type: type, id: id, rowid: nil, storedScope: nil, storedHash: nil, isLayered: false, position: 0,
            shown: RecordState(), base: nil)
    }
}

extension ReadAccess {
    /// What this replica shows of a record; nil when it is not here.
    package func state(of id: RecordID) throws -> RecordState? { try load(id)?.shown }

    /// The record, nil when it is not here. Its type is a hint that saves looking through all tables.
    func load(_ id: RecordID, type: TypeTag? = nil) throws -> StoredRecord? {
        if let known = loaded[id], type == nil || known.type == type { return known }
        guard let found = try look(for: id, type: type) else { return nil }
        if loaded.count == Self.loadedMax { loaded = [:] }
        loaded[id] = found
        return found
    }

    /// As many as a change set may name.
    private static let loadedMax = Limits.changeSetChangesMax

    private func look(for id: RecordID, type: TypeTag?) throws -> StoredRecord? {
        if let type { return try load(id, in: RecordTable.all[type]) }
        for table in RecordTable.ordered {
            if let found = try load(id, in: table) { return found }
        }
        return try load(id, in: nil)
    }

    private func load(_ id: RecordID, in table: RecordTable?) throws -> StoredRecord? {
        if let table, try id > greatestID(in: table) { return nil }
        let statement = try prepare(table?.select ?? RecordTable.unknownSelect)
        statement.bind(1, id)
        return try statement.first { try record(in: $0, table: table) }
    }

    /// Ids grow with time, so that what is new lies above all that is here.
    private func greatestID(in table: RecordTable) throws -> RecordID {
        if let known = greatestIDs[table.entity.tag] { return known }
        let found = try prepare(table.greatest).first { $0.id(0) } ?? nil
        let greatest = found ?? RecordID(high: 0, low: 0)
        greatestIDs[table.entity.tag] = greatest
        return greatest
    }

    /// The records of a statement that selects what `RecordTable.selectSQL` does, or `unknownSelectSQL`.
    func records(_ statement: Prepared, of table: RecordTable?) throws -> [StoredRecord] {
        try statement.all { try record(in: $0, table: table) }
    }

    /// The record in a row of `RecordTable.selectSQL`; of a type that this version does not know, of `unknownSelectSQL`.
    func record(in row: Prepared, table: RecordTable?) throws -> StoredRecord {
        guard let table else { return try unknownRecord(in: row) }
        guard let id = row.id(1) else { throw ByteReader.damage }
        let scope = row.integer(2)
        let shown = try StateBlob.decode(row.bytes(6), id: id, names: names) { tag in
            if tag == .scope { return .text(try names.scope(scope)) }
            return table.place(of: tag).flatMap { $0.columns.value(in: row, at: $0.column) }
        }
        let hash = row.hash(5)
        let layer = try hash == nil ? nil : layeredBase(id)
        return StoredRecord(
            type: table.entity.tag, id: id, rowid: row.integer(0), storedScope: scope, storedHash: hash,
            isLayered: layer != nil, position: row.integer(3), shown: shown, base: hash == nil ? nil : layer ?? shown)
    }

    private func unknownRecord(in row: Prepared) throws -> StoredRecord {
        let (type, id, shown) = try RecordStateCodec.decode(row.bytes(6))
        let hash = row.hash(5)
        let layer = try hash == nil ? nil : layeredBase(id)
        return StoredRecord(
            type: type, id: id, rowid: row.integer(0), storedScope: row.integer(2), storedHash: hash,
            isLayered: layer != nil, position: row.integer(3), shown: shown, base: hash == nil ? nil : layer ?? shown)
    }

    private static let selectBase = FixedSQL("SELECT state FROM base WHERE record = ?")

    /// A device's base of a record that shows own sets on top; nil when base and shown state are the same.
    private func layeredBase(_ id: RecordID) throws -> RecordState? {
        if role.isNode { return nil }
        let statement = try prepare(Self.selectBase)
        statement.bind(1, id)
        return try statement.first { try RecordStateCodec.decode($0.bytes(0)).state }
    }
}

extension UInt128 {
    init(bigEndianBytes bytes: [UInt8]) { self = bytes.prefix(16).reduce(0) { $0 << 8 | UInt128($1) } }

    var bigEndianBytes: [UInt8] {
        stride(from: 120, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> UInt128($0)) }
    }
}
