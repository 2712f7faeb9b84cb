import FieldModel
import Foundation
import GRDB
import SyncCore

/// The columns of one field in its entity's table. Instants and money have a second one beside.
///
/// | type | column | beside |
/// |---|---|---|
/// | instant | milliseconds since 1970 UTC | `_offset`: minutes east as entered |
/// | date | days since 1970-01-01 | |
/// | money | minor units | `_currency` |
/// | decimal | text, as entered | |
/// | reference | 16 bytes | |
/// | set, log | JSON array of what is shown | |
/// | counter | the sum | |
/// A class, for it is looked up for every field of every record.
final class FieldColumns: Sendable {
    let field: FieldDeclaration
    let names: [String]
    /// How many columns it has.
    let width: Int32
    let tag: FieldTag
    let kind: FieldKind
    let type: ValueType
    /// Whether the shown value of the field stands in its columns, so that the state blob need not repeat it.
    let isSingle: Bool

    init(_ field: FieldDeclaration) {
        self.field = field
        (tag, kind, type) = (field.tag, field.kind, field.type)
        isSingle = field.isSingle
        names = isSingle ? [field.name] + Self.beside(field) : [field.name]
        width = Int32(names.count)
    }

    private static func beside(_ field: FieldDeclaration) -> [String] {
        switch field.type {
        case .instant: ["\(field.name)_offset"]
        case .money: ["\(field.name)_currency"]
        default: []
        }
    }

    /// The column definitions, for CREATE TABLE.
    var definitions: [String] {
        let type =
            switch (field.kind, field.type) {
            case (.counter, _): "INTEGER"
            case (.set, _), (.log, _): "TEXT"
            case (_, .text), (_, .decimal), (_, .known): "TEXT"
            case (_, .integer), (_, .bool), (_, .instant), (_, .date), (_, .money): "INTEGER"
            case (_, .reference): "BLOB"
            }
        return ["\"\(names[0])\" \(type)"]
            + names.dropFirst().map { "\"\($0)\" \(field.type == .money ? "TEXT" : "INTEGER")" }
    }

    /// Whether a value of a single-valued field can stand in its columns.
    func fits(_ value: Value) -> Bool {
        guard type.holds(value) else { return false }
        switch value {
        case .text(let text): return !text.hasZeroByte
        case .known, .sealed, .opaque: return false
        default: return true
        }
    }

    /// The sibling of a single-valued field whose value stands in its columns.
    func standing(_ state: FieldState) -> Sibling? {
        guard let sibling = shown(state), fits(sibling.value) else { return nil }
        return sibling
    }

    /// The sibling that a register, review or ranked field shows.
    func shown(_ state: FieldState) -> Sibling? {
        state.siblings.count < 2 ? state.siblings.first : field.shown(state)
    }

    /// Binds what a field shows to its columns, from `index` on.
    func bind(_ state: FieldState, to row: Prepared, at index: Int32) {
        switch kind {
        case .register, .review, .ranked: bind(standing(state)?.value, to: row, at: index)
        case .set: row.bind(index, text: Self.array(state.distinctValues))
        case .log: row.bind(index, text: Self.array(state.inOrder.map(\.value)))
        case .counter: row.bind(index, state.siblings.isEmpty ? nil : state.sum)
        }
    }

    private static func array(_ values: [Value]) -> String? {
        // What is personal is read with its key, and stands in no column.
        let plain = values.filter { if case .sealed = $0 { false } else { true } }
        return plain.isEmpty ? nil : JSONValue.array(plain.map(\.json)).canonical()
    }

    /// Binds one value that fits, or none.
    func bind(_ value: Value?, to row: Prepared, at index: Int32) {
        switch value {
        case .text(let text)?: row.bind(index, text: text)
        case .integer(let integer)?: row.bind(index, integer)
        case .decimal?: row.bind(index, text: value?.printed)
        case .bool(let bool)?: row.bind(index, bool)
        case .instant(let milliseconds, let offset)?:
            row.bind(index, milliseconds)
            row.bind(index + 1, Int64(offset))
        case .date(let days)?: row.bind(index, Int64(days))
        case .money(let minor, let currency)?:
            row.bind(index, minor)
            row.bind(index + 1, text: currency)
        case .reference(let id)?: row.bind(index, id)
        case .known?, .sealed?, .opaque?, nil: for column in index..<index + width { row.bindNull(column) }
        }
    }

    /// The database values of a single-valued field, for a search; nil when the value does not fit the declared type.
    func databaseValues(_ value: Value) -> [DatabaseValue]? {
        guard fits(value) else { return nil }
        switch value {
        case .text(let text): return [text.databaseValue]
        case .integer(let integer): return [integer.databaseValue]
        case .decimal: return [value.printed.databaseValue]
        case .bool(let bool): return [bool.databaseValue]
        case .instant(let milliseconds, let offset): return [milliseconds.databaseValue, Int64(offset).databaseValue]
        case .date(let days): return [Int64(days).databaseValue]
        case .money(let minor, let currency): return [minor.databaseValue, currency.databaseValue]
        case .reference(let id): return [id.databaseValue]
        case .known, .sealed, .opaque: return nil
        }
    }

    /// The value that stands in the columns from `index` on; nil when they hold none, or none of the type.
    func value(in row: Prepared, at index: Int32) -> Value? {
        switch type {
        case .text: return row.isText(index) ? .text(row.text(index)) : nil
        case .decimal: return row.isText(index) ? Value(decimalText: row.text(index)) : nil
        case .reference: return row.id(index).map(Value.reference)
        case .known: return nil
        case .integer, .bool, .instant, .date, .money: break
        }
        guard row.isInteger(index) else { return nil }
        let number = row.integer(index)
        switch type {
        case .bool: return .bool(number != 0)
        case .instant:
            guard row.isInteger(index + 1), let zone = Int16(exactly: row.integer(index + 1)) else { return nil }
            return .instant(milliseconds: number, offsetMinutes: zone)
        case .date: return Int32(exactly: number).map { .date(days: $0) }
        case .money: return row.isText(index + 1) ? .money(minor: number, currency: row.text(index + 1)) : nil
        default: return .integer(number)
        }
    }
}

extension String {
    var hasZeroByte: Bool {
        var text = self
        return text.withUTF8 { $0.contains(0) }
    }
}

extension RecordID: DatabaseValueConvertible {
    var databaseValue: DatabaseValue { Data(bytes).databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> RecordID? {
        Data.fromDatabaseValue(value).flatMap { RecordID(bytes: $0) }
    }
}

extension Value {
    /// Reads what `printed` wrote of a decimal.
    fileprivate init?(decimalText text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let unscaled = Int64(parts.joined()) else { return nil }
        self = .decimal(unscaled: unscaled, scale: parts.count == 2 ? UInt8(clamping: parts[1].utf8.count) : 0)
    }
}
