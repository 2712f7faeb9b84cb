import FieldModel
package import SyncCore
import SyncWire

/// Personal values are kept sealed and opened where somebody looks.
extension ReadAccess {
    /// The state with what is personal in it readable, as far as the keys are here.
    func opened(_ state: RecordState, of id: RecordID) throws -> RecordState {
        guard state.holdsSealed else { return state }
        return try state.mapValues { try open($0, of: id, $1) }
    }

    /// The value as it was before it was sealed; `Value.unreadable` where its key is gone or does not open it.
    package func open(_ value: Value, of record: RecordID, _ tag: FieldTag) throws -> Value {
        guard case .sealed(let id, let content) = value else { return value }
        return try personKey(id)?.open(content, of: record, tag) ?? .unreadable
    }

    func opened(_ write: Write, of record: RecordID) throws -> Write {
        guard write.fields.contains(where: { if case .sealed? = $0.value { true } else { false } }) else {
            return write
        }
        return Write(
            dot: write.dot, creates: write.creates, rule: write.rule,
            fields: try write.fields.map { field in
                FieldWrite(
                    tag: field.tag, value: try field.value.map { try open($0, of: record, field.tag) },
                    overwrites: field.overwrites)
            })
    }

    func opened(_ set: ChangeSet) throws -> ChangeSet {
        ChangeSet(
            timestamp: set.timestamp, author: set.author, replaces: set.replaces,
            changes: try set.changes.map { change in
                guard let write = change.write else { return change }
                return Change(type: change.type, record: change.record, write: try opened(write, of: change.record))
            })
    }

    func personKey(_ id: UInt64) throws -> PersonKey? {
        if let known = personKeys[id] { return known }
        let found = try people.key(id) ?? nil
        personKeys[id] = .some(found)
        return found
    }

    /// Whom a record's personal field is about.
    func person(in change: Change, _ tag: FieldTag) throws -> RecordID? {
        try PersonalMatter.person(in: change.record, change.type, tag) { try subjectOfProposal(change) }
    }

    /// Nil when the field that a proposal is about is not personal.
    private func subjectOfProposal(_ change: Change) throws -> RecordID? {
        let shown = try load(change.record, type: change.type)?.shown
        func value(_ name: String) -> Value? {
            guard let tag = Catalogue.proposal.field(named: name)?.tag else { return nil }
            return change.write?.fields.first { $0.tag == tag }?.value ?? shown?[tag].latest?.value
        }
        guard case .reference(let subject)? = value("subject"), case .text(let name)? = value("field"),
            let type = try typeOfRecord(subject), Catalogue.entity(type)?.field(named: name)?.personal != nil
        else { return nil }
        return subject
    }
}

extension RecordState {
    var holdsSealed: Bool {
        fields.contains { field in
            field.state.siblings.contains { if case .sealed = $0.value { true } else { false } }
        }
    }

    /// The same writes with other values.
    func mapValues(_ value: (Value, FieldTag) throws -> Value) rethrows -> RecordState {
        RecordState(
            known: known,
            fields: try fields.map { field in
                let siblings = try field.state.siblings.map { sibling in
                    Sibling(
                        dot: sibling.dot, timestamp: sibling.timestamp, author: sibling.author,
                        value: try value(sibling.value, field.tag))
                }
                return Field(tag: field.tag, state: FieldState(siblings: siblings, superseded: field.state.superseded))
            })
    }
}

extension Value {
    /// In the place of a personal value that nobody can read here any more.
    package static let unreadable = Value.sealed(key: 0, content: [])
}
