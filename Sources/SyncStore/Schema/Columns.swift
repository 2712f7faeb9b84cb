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
struct FieldColumns: Sendable {
    let field: FieldDeclaration
    let names: [String]

    init(_ field: FieldDeclaration) {
        self.field = field
        names = Self.isSingle(field.kind) ? [field.name] + Self.beside(field) : [field.name]
    }

    private static func beside(_ field: FieldDeclaration) -> [String] {
        switch field.type {
        case .instant: ["\(field.name)_offset"]
        case .money: ["\(field.name)_currency"]
        default: []
        }
    }

    /// Whether the shown value of the field stands in its column, so that the state blob need not repeat it.
    static func isSingle(_ kind: FieldKind) -> Bool {
        switch kind {
        case .register, .review, .ranked: true
        case .set, .log, .counter: false
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

    /// The database values of a single-valued field; nil when the value does not fit the declared type.
    func databaseValues(_ value: Value) -> [DatabaseValue]? {
        guard field.type.holds(value) else { return nil }
        switch value {
        case .text(let text): return text.contains("\0") ? nil : [text.databaseValue]
        case .integer(let integer): return [integer.databaseValue]
        case .decimal: return [value.printed.databaseValue]
        case .bool(let bool): return [bool.databaseValue]
        case .instant(let milliseconds, let offset): return [milliseconds.databaseValue, Int64(offset).databaseValue]
        case .date(let days): return [Int64(days).databaseValue]
        case .money(let minor, let currency): return [minor.databaseValue, currency.databaseValue]
        case .reference(let id): return [id.databaseValue]
        case .known, .opaque: return nil
        }
    }

    /// The value that stands in the columns from `index` on; nil when they hold none.
    func value(in row: Row, at index: Int) -> Value? {
        let stored: DatabaseValue = row[index]
        if stored.isNull { return nil }
        switch field.type {
        case .text: return String.fromDatabaseValue(stored).map(Value.text)
        case .integer: return Int64.fromDatabaseValue(stored).map(Value.integer)
        case .decimal: return String.fromDatabaseValue(stored).flatMap { Value(decimalText: $0) }
        case .bool: return Int64.fromDatabaseValue(stored).map { .bool($0 != 0) }
        case .instant:
            guard let time = Int64.fromDatabaseValue(stored), let zone = Int16.fromDatabaseValue(row[index + 1]) else {
                return nil
            }
            return .instant(milliseconds: time, offsetMinutes: zone)
        case .date: return Int32.fromDatabaseValue(stored).map { .date(days: $0) }
        case .money:
            guard let minor = Int64.fromDatabaseValue(stored), let currency = String.fromDatabaseValue(row[index + 1])
            else { return nil }
            return .money(minor: minor, currency: currency)
        case .reference: return RecordID.fromDatabaseValue(stored).map(Value.reference)
        case .known: return nil
        }
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
