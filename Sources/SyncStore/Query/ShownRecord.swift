package import FieldModel
import GRDB
package import SyncCore

/// What a field shows, by its kind.
package enum ShownValue: Hashable, Sendable {
    /// Of a register, review, ranked or derived field; a counter's sum.
    case one(Value)
    /// The elements of a set, sorted; the entries of a log, in order.
    case many([Value])

    package var json: JSONValue {
        switch self {
        case .one(let value): value.json
        case .many(let values): .array(values.map(\.json))
        }
    }

    /// Nil for a field that holds nothing.
    init?(_ state: FieldState, of field: FieldDeclaration?) {
        if state.siblings.isEmpty { return nil }
        switch field?.kind ?? .register {
        case .register, .review, .ranked:
            guard let sibling = field.map({ $0.shown(state) }) ?? state.latest else { return nil }
            self = .one(sibling.value)
        case .set: self = .many(state.distinctValues)
        case .log: self = .many(state.inOrder.map(\.value))
        case .counter: self = .one(.integer(state.sum))
        }
    }
}

/// A field that holds something.
package struct FieldView: Sendable {
    package let tag: FieldTag
    /// Nil: this version does not know the field.
    package let declaration: FieldDeclaration?
    package let shown: ShownValue

    /// A field that this version does not know is printed by its number.
    package var name: String { declaration?.name ?? "field-\(tag)" }
}

/// What a record shows: its fields with a value, derived ones too, in the order of their declaration; `scope` and
/// `deleted` are not among them.
package struct ShownRecord: Sendable {
    package let type: TypeTag
    package let id: RecordID
    package let fields: [FieldView]

    /// A type that this version does not know is printed by its number.
    package var typeName: String { Self.name(of: type) }
    /// The readable number; nil when it has none.
    package var number: String? { text(of: "number") }

    /// What a person knows the record by besides its number; nil when it says nothing of the kind.
    package var title: String? {
        ["name", "serial", "login", "code", "summary", "description", "kind", "text"].lazy
            .compactMap { self.text(of: $0) }.first
    }

    package subscript(name: String) -> ShownValue? { fields.first { $0.name == name }?.shown }

    private func text(of name: String) -> String? {
        if case .one(.text(let text))? = self[name] { text } else { nil }
    }

    static func name(of type: TypeTag) -> String { Catalogue.entity(type)?.name ?? "type-\(type)" }

    private init(type: TypeTag, id: RecordID, fields: [FieldView]) {
        (self.type, self.id, self.fields) = (type, id, fields)
    }

    /// - Parameter derived: the values of derived fields.
    init(_ record: StoredRecord, derived: [FieldTag: Value] = [:]) {
        (type, id) = (record.type, record.id)
        let declared = Catalogue.entity(record.type)?.fields ?? []
        let known = declared.compactMap { field -> FieldView? in
            let shown =
                field.derived
                ? derived[field.tag].map(ShownValue.one) : ShownValue(record.shown[field.tag], of: field)
            return shown.map { FieldView(tag: field.tag, declaration: field, shown: $0) }
        }
        let tags = Set(declared.map(\.tag) + [.scope, .deleted])
        let unknown = record.shown.fields.filter { !tags.contains($0.tag) }.compactMap { field in
            ShownValue(field.state, of: nil).map { FieldView(tag: field.tag, declaration: nil, shown: $0) }
        }
        fields = known + unknown
    }
}

extension ShownRecord {
    /// The record as lists and exports show it: the phone numbers and addresses of persons masked.
    package var masked: ShownRecord {
        ShownRecord(
            type: type, id: id,
            fields: fields.map { field in
                guard let kind = field.declaration?.personal else { return field }
                return FieldView(tag: field.tag, declaration: field.declaration, shown: field.shown.masked(kind))
            })
    }
}

extension ShownValue {
    func masked(_ kind: PersonalKind) -> ShownValue {
        func masked(_ value: Value) -> Value {
            if case .text(let text) = value { .text(kind.masked(text)) } else { value }
        }
        switch self {
        case .one(let value): return .one(masked(value))
        case .many(let values): return .many(values.map(masked))
        }
    }
}

extension ReadAccess {
    /// The record in a row of `RecordTable.viewSQL`.
    func shownRecord(in row: Prepared, table: RecordTable) throws -> ShownRecord {
        var record = try record(in: row, table: table)
        record.shown = try opened(record.shown, of: record.id)
        return ShownRecord(record, derived: table.derivedValues(in: row))
    }

    /// What a record shows; nil when it is not here.
    /// - Parameter expected: the type that it is likely to be of, which is looked through first.
    package func shown(_ id: RecordID, expected: TypeTag? = nil) throws -> ShownRecord? {
        try typeOfRecord(id, expected: expected).flatMap { try shownRecord(id, type: $0) }
    }

    func shownRecord(_ id: RecordID, type: TypeTag) throws -> ShownRecord? {
        guard let table = RecordTable.all[type] else { return try load(id, type: type).map { ShownRecord($0) } }
        let statement = try prepare(table.view)
        statement.bind(1, id)
        return try statement.first { try shownRecord(in: $0, table: table) }
    }
}

extension RecordTable {
    /// The derived values in a row of `viewSQL`.
    func derivedValues(in row: Prepared) -> [FieldTag: Value] {
        var index = firstDerivedColumn
        var out: [FieldTag: Value] = [:]
        for columns in derived {
            out[columns.field.tag] = columns.value(in: row, at: index)
            index += columns.width
        }
        return out
    }
}
