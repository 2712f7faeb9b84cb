import FieldModel
import SyncCore
import SyncStore

/// What people call the records that values refer to, for the time of one answer.
final class RecordNames {
    private let access: ReadAccess
    private var seen: [RecordID: String] = [:]
    /// The numbers of records whose creation was refused, once somebody asked.
    private var refused: [RecordID: String]?

    init(_ access: ReadAccess) { self.access = access }

    /// The number, else the name, else the last digits of the id.
    /// - Parameter expected: the type that the record is likely to be of.
    func name(of id: RecordID, expected: TypeTag? = nil) throws -> String {
        if let name = seen[id] { return name }
        let name = try access.shown(id, expected: expected)?.calledName ?? number(of: id) ?? Self.suffix(of: id)
        seen[id] = name
        return name
    }

    /// The readable number of a record that is here, or whose creation was refused: such a one is shown nowhere.
    func number(of id: RecordID) throws -> String? {
        if let shown = try access.shown(id) { return shown.number }
        if refused == nil { refused = try access.refusedNumbers() }
        return refused?[id]
    }

    /// A field's value as people read it.
    func text(_ shown: ShownValue, of field: FieldDeclaration?, _ language: Language) throws -> String {
        switch shown {
        case .one(let value): try text(value, of: field, language)
        case .many(let values): try values.map { try text($0, of: field, language) }.joined(separator: ", ")
        }
    }

    func text(_ value: Value, of field: FieldDeclaration?, _ language: Language) throws -> String {
        switch value {
        case .reference(let id): return try name(of: id, expected: field?.type.referenced)
        case .text(let word): return field?.choices?.first { $0.word == word }?.label[language] ?? word
        case .unreadable: return Words("erased", "已删除")[language]
        // Of sets as they are kept, which are read by nobody's key.
        case .sealed: return Words("personal, sealed", "个人信息（已加密）")[language]
        default: return value.printed
        }
    }

    /// Digits of an id that name it at one replica, as REF takes them.
    static func suffix(of id: RecordID) -> String { String(id.description.suffix(8)) }
}

extension ReadAccess {
    fileprivate func refusedNumbers() throws -> [RecordID: String] {
        var numbers: [RecordID: String] = [:]
        for rejected in try rejected() {
            for change in rejected.set.changes where change.write?.creates == true {
                let made = rejected.values(of: change).first { $0.field.name == "number" }?.value
                if case .text(let number)? = made { numbers[change.record] = number }
            }
        }
        return numbers
    }
}

extension ShownRecord {
    /// What people call the record.
    package var calledName: String { number ?? title ?? RecordNames.suffix(of: id) }

    var entity: EntityDeclaration? { Catalogue.entity(type) }

    /// Type, id and number: how every answer begins that is about a record.
    var jsonHead: [(String, JSONValue)] {
        [
            ("type", .string(typeName)), ("id", .string(id.description)),
            ("number", number.map(JSONValue.string) ?? .null),
        ]
    }

    var jsonFields: JSONValue { .object(fields.map { ($0.name, $0.shown.json) }) }

    func text(of name: String) -> String? {
        if case .one(.text(let text))? = self[name] { text } else { nil }
    }

    func reference(_ name: String) -> RecordID? {
        if case .one(.reference(let id))? = self[name] { id } else { nil }
    }

    func references(_ name: String) -> [RecordID] {
        guard case .many(let values)? = self[name] else { return [] }
        return values.compactMap { value in if case .reference(let id) = value { id } else { nil } }
    }
}
