import FieldModel
import GRDB
import SyncCore
import SyncWire

extension WriteAccess {
    /// Writes a record with everything that follows from it in the same row: columns, state blob, hash, position, base,
    /// conflicts and search. The scope's digest and projections over several records follow at the transaction's end.
    /// - Parameters:
    ///   - before: what the row shows now; nil for a record that has none.
    ///   - encoded: the base's canonical bytes, where they are at hand.
    func save(_ record: StoredRecord, before: RecordState?, encoded: [UInt8]? = nil) throws {
        loaded[record.id] = nil
        let hash = record.base.map { base in
            RecordStateCodec.hash(
                of: encoded ?? RecordStateCodec.encode(type: record.type, id: record.id, state: base))
        }
        let scope = try names.local(scope: (record.base ?? record.shown).scope ?? "")
        account(record, scope: scope, hash: hash)
        if role.isNode, let old = record.storedScope, old != scope {
            try noteDeparture(record.id, from: old, at: record.position)
        }
        try saveBase(record)
        let head = RowHead(
            scope: scope, position: record.position, isDeleted: record.shown.deletion != .present, hash: hash,
            state: try encode(record))
        let changed = before.map { record.shown.changedFields(since: $0) }
        if let table = RecordTable.all[record.type] {
            try write(record, table: table, head: head, before: before, changed: changed)
        } else {
            try writeUnknown(record, head: head)
        }
        affected.add(record, before: before, changed: changed)
        if role.isNode { affectedHoldings.add(record, before: before, changed: changed) }
        noteErasure(record)
    }

    private func encode(_ record: StoredRecord) throws -> [UInt8] {
        guard let table = RecordTable.all[record.type] else {
            return RecordStateCodec.encode(type: record.type, id: record.id, state: record.shown)
        }
        let shown = record.shown
        // The row is filed under its base's scope; what it shows may be a move that no node has judged yet.
        let standsInScope = record.base == nil || shown.scope == record.base?.scope
        return try StateBlob.encode(shown, id: record.id, names: names) { field in
            if field.tag == .scope { return standsInScope ? field.state.latest?.dot : nil }
            guard let columns = table.place(of: field.tag)?.columns, columns.isSingle else { return nil }
            return columns.standing(field.state)?.dot
        }
    }

    private func write(
        _ record: StoredRecord, table: RecordTable, head: RowHead, before: RecordState?, changed: [FieldTag]?
    ) throws {
        if let rowid = record.rowid {
            try update(record, rowid, table: table, head: head, changed: changed)
            try index(record.shown, of: record.id, before: before, changed: changed, rowid: rowid, table: table)
            try noteConflicts(record, before: before, table: table)
            try noteNamed(record, before: before, table: table)
        } else {
            try insert(record, table: table, head: head)
            let rowid = db.lastInsertedRowID
            count(.records(record.type), 1)
            try index(record.shown, of: record.id, before: nil, changed: nil, rowid: rowid, table: table)
            try noteConflicts(record, before: RecordState(), table: table)
            try noteNamed(record, before: nil, table: table)
        }
    }

    /// With what its events say of it already; events that come later are followed at the transaction's end.
    private func insert(_ record: StoredRecord, table: RecordTable, head: RowHead) throws {
        let row = try prepare(table.insert)
        let derived = try derivedFromEvents(record.type, record.id)
        row.bind(1, record.id)
        row.bind(2, head.scope)
        row.bind(3, head.position)
        var index = head.bind(to: row, at: 4)
        for columns in table.columns {
            columns.bind(record.shown[columns.tag], to: row, at: index)
            index += columns.width
        }
        for columns in table.derived {
            columns.bind(derived?[columns.field.name] ?? nil, to: row, at: index)
            index += columns.width
        }
        try row.run()
        if let greatest = greatestIDs[record.type], record.id > greatest { greatestIDs[record.type] = record.id }
    }

    /// Changes no more columns than changed: each column that an index has costs a change of that index.
    private func update(
        _ record: StoredRecord, _ rowid: Int64, table: RecordTable, head: RowHead, changed: [FieldTag]?
    ) throws {
        let numbers = changed.map { $0.compactMap { table.place(of: $0)?.number } } ?? Array(table.columns.indices)
        let movesScope = record.storedScope != head.scope
        let row = try preparedUpdate(of: table, numbers, scope: movesScope)
        // A device hands out no positions.
        var index = head.bind(to: row, at: role.isNode ? 2 : 1)
        if role.isNode { row.bind(1, head.position) }
        if movesScope {
            row.bind(index, head.scope)
            index += 1
        }
        for number in numbers {
            let columns = table.columns[number]
            columns.bind(record.shown[columns.tag], to: row, at: index)
            index += columns.width
        }
        row.bind(index, rowid)
        try row.run()
    }

    private func preparedUpdate(of table: RecordTable, _ numbers: [Int], scope: Bool) throws -> Prepared {
        let key = UpdatedColumns(type: table.entity.tag, numbers: numbers, scope: scope)
        if let found = updates[key] { return found }
        let made = try prepare(table.updateSQL(numbers, position: role.isNode, scope: scope))
        updates[key] = made
        return made
    }

    private static let upsertUnknown = FixedSQL(
        """
        INSERT INTO unknown_record (id, type, scope, position, deleted, hash, state) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET scope = excluded.scope, position = excluded.position,
          deleted = excluded.deleted, hash = excluded.hash, state = excluded.state
        """)

    private func writeUnknown(_ record: StoredRecord, head: RowHead) throws {
        if record.rowid == nil { count(.records(Tally.unknownType), 1) }
        let row = try prepare(Self.upsertUnknown)
        row.bind(1, record.id)
        row.bind(2, Int64(record.type))
        row.bind(3, head.scope)
        row.bind(4, head.position)
        _ = head.bind(to: row, at: 5)
        try row.run()
    }

    private static let upsertBase = FixedSQL(
        "INSERT INTO base (record, state) VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state")
    static let deleteBase = FixedSQL("DELETE FROM base WHERE record = ?")

    private func saveBase(_ record: StoredRecord) throws {
        if role.isNode { return }
        if let base = record.base, base != record.shown {
            let row = try prepare(Self.upsertBase)
            row.bind(1, record.id)
            row.bind(2, RecordStateCodec.encode(type: record.type, id: record.id, state: base))
            try row.run()
        } else if record.isLayered {
            try delete(Self.deleteBase, record.id)
        }
    }
}

/// What every record's row begins with.
private struct RowHead {
    let scope: Int64
    let position: Int64
    let isDeleted: Bool
    let hash: UInt128?
    let state: [UInt8]

    /// Binds `deleted`, `hash` and `state`.
    /// - Returns: the parameter behind them.
    func bind(to row: Prepared, at index: Int32) -> Int32 {
        row.bind(index, isDeleted)
        if let hash { row.bind(index + 1, hash) } else { row.bindNull(index + 1) }
        row.bind(index + 2, state)
        return index + 3
    }
}

/// Which columns an update writes.
struct UpdatedColumns: Hashable {
    let type: TypeTag
    let numbers: [Int]
    /// The scope, too.
    let scope: Bool
}

extension RecordState {
    /// The fields that are not what they were, ascending.
    func changedFields(since before: RecordState) -> [FieldTag] {
        var changed: [FieldTag] = []
        var (i, j) = (0, 0)
        while i < fields.count || j < before.fields.count {
            let tag = min(
                i < fields.count ? fields[i].tag : .max, j < before.fields.count ? before.fields[j].tag : .max)
            let mine = i < fields.count && fields[i].tag == tag ? fields[i].state : nil
            let theirs = j < before.fields.count && before.fields[j].tag == tag ? before.fields[j].state : nil
            if mine != theirs { changed.append(tag) }
            if mine != nil { i += 1 }
            if theirs != nil { j += 1 }
        }
        return changed
    }
}

extension FieldDeclaration {
    /// Whether it shows one value, of one sibling.
    var isSingle: Bool {
        switch kind {
        case .register, .review, .ranked: true
        case .set, .log, .counter: false
        }
    }

    /// The sibling that a register, review or ranked field shows.
    func shown(_ state: FieldState) -> Sibling? {
        if state.siblings.count < 2 { return state.siblings.first }
        return kind == .ranked ? state.highest(rank: rank(of:)) : state.latest
    }
}
