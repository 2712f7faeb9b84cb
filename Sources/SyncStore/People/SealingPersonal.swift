import FieldModel
package import SyncCore
import SyncWire

extension WriteAccess {
    /// The changes with what is personal in them sealed under the keys of the persons; who has none gets one.
    /// - Throws: `PersonErased`.
    func sealed(_ changes: [Change]) throws -> [Change] {
        try changes.map { change in
            guard let write = change.write, Catalogue.entity(change.type)?.isPersonal == true else { return change }
            let fields = try write.fields.map { field in
                guard let value = field.value, let person = try person(in: change, field.tag, among: changes) else {
                    return field
                }
                return FieldWrite(
                    tag: field.tag, value: try seal(value, about: person, change.record, field.tag),
                    overwrites: field.overwrites)
            }
            let sealed = Write(dot: write.dot, creates: write.creates, rule: write.rule, fields: fields)
            return Change(type: change.type, record: change.record, write: sealed)
        }
    }

    /// A set may make a record in several writes of which only the first says what it is about.
    private func person(in change: Change, _ tag: FieldTag, among changes: [Change]) throws -> RecordID? {
        if let person = try person(in: change, tag) { return person }
        let first = changes.first { $0.record == change.record }
        return try first.flatMap { $0 == change ? nil : try person(in: $0, tag) }
    }

    private func seal(_ value: Value, about person: RecordID, _ record: RecordID, _ tag: FieldTag) throws -> Value {
        // What nobody can read any more cannot be written again.
        if value == .unreadable { throw PersonErased(person: person) }
        if case .sealed = value { return value }
        return try ownKey(of: person).seal(value, of: record, tag)
    }

    private func ownKey(of person: RecordID) throws -> PersonKey {
        if let made = newKeys.first(where: { $0.person == person }) { return made }
        if try people.isErased(person) { throw PersonErased(person: person) }
        if let key = try people.keys(of: person).first { return key }
        let words = (0..<4).map { _ in environment.randomWord() }
        let key = PersonKey(
            person: person, bytes: words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
        )
        newKeys.append(key)
        personKeys[key.id] = .some(key)
        return key
    }

    /// Before anything is committed that is sealed under them.
    func settlePeople() throws {
        if newKeys.isEmpty && personTexts.isEmpty { return }
        try people.keep(newKeys)
        newKeys = []
        if personTexts.isEmpty { return }
        try people.index(personTexts)
        personTexts = []
    }
}

/// Somebody writes about a person whose personal content was erased.
package struct PersonErased: Error, Equatable {
    package let person: RecordID
}
