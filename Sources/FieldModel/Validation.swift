package import SyncCore

/// Whether a write says something that its record can hold, whoever writes it.
package enum Validation {
    /// Every reason to refuse the write. Empty: it is valid.
    ///
    /// - Parameter typeOf: the type of another record; nil when it is not held here, and then a reference to it stands.
    package static func refusals(of write: RecordWrite, typeOf: (RecordID) -> TypeTag?) -> [Refusal] {
        guard let entity = Catalogue.entity(write.type) else {
            return [Refusal(field: nil, code: .unknownType, words: Messages.unknownType)]
        }
        let fields = write.write.fields.filter { !write.isDiscard($0) }
        if entity.neverEdited, !write.isNew, fields.contains(where: { $0.tag != .scope }) {
            return [Refusal(field: nil, code: .neverEdited, words: Messages.neverEdited(entity.label))]
        }
        return missing(entity, write) + fields.compactMap { refusal(of: $0, in: write, entity, typeOf: typeOf) }
    }

    private static func missing(_ entity: EntityDeclaration, _ write: RecordWrite) -> [Refusal] {
        guard write.write.creates else { return [] }
        return entity.fields.filter { $0.required && write.value(of: $0.name) == nil }
            .map { Refusal(field: $0.name, code: .missing, words: Messages.missing($0.label)) }
    }

    private static func refusal(
        of field: FieldWrite, in write: RecordWrite, _ entity: EntityDeclaration, typeOf: (RecordID) -> TypeTag?
    ) -> Refusal? {
        guard let declaration = entity.field(tag: field.tag) else {
            return Refusal(field: nil, code: .unknownField, words: Messages.unknownField(field.tag, entity.label))
        }
        let label = declaration.label
        if declaration.derived {
            return Refusal(field: declaration.name, code: .derived, words: Messages.derived(label))
        }
        if declaration.setOnce, write.seen[field.tag, default: []].contains(where: { $0 != field.value }) {
            return Refusal(field: declaration.name, code: .setOnce, words: Messages.setOnce(label))
        }
        return field.value.flatMap { refusal(of: $0, for: declaration, record: write.record, typeOf: typeOf) }
    }

    private static func refusal(
        of value: Value, for field: FieldDeclaration, record: RecordID, typeOf: (RecordID) -> TypeTag?
    ) -> Refusal? {
        // What its person's key does not open here is judged where it opens.
        if case .sealed = value, field.personal != nil { return nil }
        guard field.type.holds(value) else {
            return Refusal(field: field.name, code: .wrongType, words: Messages.wrongType(field.label))
        }
        if case .reference(let target) = value {
            return refusal(ofReference: target, for: field, record: record, typeOf: typeOf)
        }
        if let choices = field.choices, !choices.contains(where: { .text($0.word) == value }) {
            return Refusal(field: field.name, code: .unknownChoice, words: Messages.unknownChoice(field.label, choices))
        }
        guard ValueRange.holds(value, field) else {
            return Refusal(field: field.name, code: .outOfRange, words: Messages.outOfRange(field.label))
        }
        return nil
    }

    private static func refusal(
        ofReference target: RecordID, for field: FieldDeclaration, record: RecordID, typeOf: (RecordID) -> TypeTag?
    ) -> Refusal? {
        if target == record {
            return Refusal(field: field.name, code: .selfReference, words: Messages.selfReference(field.label))
        }
        guard case .reference(let wanted?) = field.type, let found = typeOf(target), found != wanted else { return nil }
        let label = Catalogue.entity(wanted)?.label ?? field.label
        return Refusal(field: field.name, code: .wrongReference, words: Messages.wrongReference(field.label, label))
    }
}
