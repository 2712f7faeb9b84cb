import FieldModel
import SyncCore
import SyncStore
import SyncWire

/// Turns the arguments of a command line into edits of one record.
struct FieldEdits {
    let entity: EntityDeclaration
    /// A new record has nothing to replace: `=` fills a set, log or counter too.
    let creating: Bool
    let access: ReadAccess

    func edits(_ arguments: [FieldArgument]) throws -> [FieldEdit] {
        var once: Set<FieldTag> = []
        return try arguments.map { argument in
            let field = try Lookup.field(argument.key, of: entity)
            if field.derived { throw Self.derived(field) }
            if field.kind.isSingle, !once.insert(field.tag).inserted { throw Self.twice(field) }
            return FieldEdit(tag: field.tag, edit: try edit(field, argument))
        }
    }

    /// The value that a text gives a field, or an element of it.
    func value(_ text: String, of field: FieldDeclaration) throws -> Value {
        do {
            return try FieldText.parse(text, of: field, now: access.environment.wallMilliseconds()) { ref, type in
                try Lookup.reference(ref, type: type, access)
            }
        } catch let error as ValueError {
            throw Self.invalid(error, text, field)
        }
    }

    private func edit(_ field: FieldDeclaration, _ argument: FieldArgument) throws -> Edit {
        switch (field.kind, argument.operation) {
        case (.register, .set), (.review, .set), (.ranked, .set):
            argument.text.isEmpty ? .clear : .put(try value(argument.text, of: field))
        case (.set, .take): .remove(try value(argument.text, of: field))
        case (.counter, .take): .put(try negated(value(argument.text, of: field), field))
        case (.set, .add), (.log, .add), (.counter, .add): .put(try value(argument.text, of: field))
        case (.set, .set) where creating, (.log, .set) where creating, (.counter, .set) where creating:
            .put(try value(argument.text, of: field))
        default: throw Self.wrongOperation(field)
        }
    }

    private func negated(_ value: Value, _ field: FieldDeclaration) throws -> Value {
        guard case .integer(let number) = value, number != .min else {
            throw VerbFailure(.outOfRange, Words("\(field.name) is out of range.", "“\(field.label.zh)”超出范围。"))
        }
        return .integer(-number)
    }
}

extension FieldEdits {
    private static func invalid(_ error: ValueError, _ text: String, _ field: FieldDeclaration) -> VerbFailure {
        let code: ErrorCode =
            switch error.problem {
            case .unknownWord: .unknownChoice
            case .outOfRange, .tooLong: .outOfRange
            default: .invalidValue
            }
        return VerbFailure(
            code, Words("\(field.name): \(error.message.en)", "\(field.label.zh)：\(error.message.zh)"),
            hint: Words("For example: \(field.name)=\(error.example)", "例如：\(field.name)=\(error.example)"),
            details: .object([("field", .string(field.name)), ("value", .string(text))]))
    }

    private static func derived(_ field: FieldDeclaration) -> VerbFailure {
        VerbFailure(
            .derived,
            Words("\(field.name) follows from other records and cannot be set.", "“\(field.label.zh)”由其他记录推导，不能填写。"),
            details: .object([("field", .string(field.name))]))
    }

    private static func twice(_ field: FieldDeclaration) -> VerbFailure {
        VerbFailure(
            .usage, Words("\(field.name) is given twice.", "“\(field.label.zh)”给出了两次。"),
            details: .object([("field", .string(field.name))]))
    }

    private static func wrongOperation(_ field: FieldDeclaration) -> VerbFailure {
        let ways =
            switch field.kind {
            case .register, .review, .ranked: "\(field.name)=VALUE, \(field.name)="
            case .set, .counter: "\(field.name)+=VALUE, \(field.name)-=VALUE"
            case .log: "\(field.name)+=VALUE"
            }
        return VerbFailure(
            .usage, Words("\(field.name) cannot be written that way.", "“\(field.label.zh)”不能这样填写。"),
            hint: Words("Write \(ways)", "请写成 \(ways)"), details: .object([("field", .string(field.name))]))
    }
}

extension FieldKind {
    /// Whether the field holds one value, as people see it.
    var isSingle: Bool {
        switch self {
        case .register, .review, .ranked: true
        case .set, .log, .counter: false
        }
    }
}
