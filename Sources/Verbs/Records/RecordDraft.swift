import FieldModel
import SyncCore
import SyncStore

/// A change to one record that somebody is about to make.
struct RecordDraft {
    let entity: EntityDeclaration
    let id: RecordID
    /// What the writer saw; nil: this makes the record.
    let seen: RecordView?
    var edits: [FieldEdit]
    /// Dots of a refused set that this one settles.
    var amends: [FieldTag: [Dot]] = [:]
    /// A refused creation is created again.
    var creates: Bool

    init(_ entity: EntityDeclaration, _ id: RecordID, seen: RecordView?, edits: [FieldEdit]) {
        self.entity = entity
        self.id = id
        self.seen = seen
        self.edits = edits
        creates = seen == nil
    }

    /// The value that a field will show; nil for none.
    func value(_ name: String) -> Value? {
        guard let tag = entity.field(named: name)?.tag else { return nil }
        for edit in edits where edit.tag == tag {
            if case .put(let value) = edit.edit { return value }
            return nil
        }
        if case .one(let value)? = seen?.record[name] { return value }
        return nil
    }

    func reference(_ name: String) -> RecordID? {
        if case .reference(let id)? = value(name) { id } else { nil }
    }

    func edits(_ name: String) -> Bool { edits.contains { $0.tag == entity.field(named: name)?.tag } }

    mutating func put(_ name: String, _ value: Value) {
        guard let tag = entity.field(named: name)?.tag else { preconditionFailure("\(entity.name) has no \(name)") }
        edits.append(FieldEdit(tag: tag, edit: .put(value)))
    }

    mutating func take(_ name: String, _ value: Value) {
        guard let tag = entity.field(named: name)?.tag else { preconditionFailure("\(entity.name) has no \(name)") }
        edits.append(FieldEdit(tag: tag, edit: .remove(value)))
    }

    /// The elements of a set as they are shown, without the edits.
    func references(_ name: String) -> [RecordID] { seen?.record.references(name) ?? [] }

    var localChange: LocalChange {
        LocalChange(type: entity.tag, record: id, creates: creates, edits: edits, amends: amends)
    }
}

extension RecordDraft {
    /// The writes that the edits become, as a node will judge them: one edit a field in each.
    /// - Parameter proposed: of a proposal: the field that it is about.
    func writes(proposed: ProposedField?) -> [RecordWrite] {
        var layers: [[FieldEdit]] = []
        for edit in edits {
            let place = layers.firstIndex { layer in !layer.contains { $0.tag == edit.tag } }
            if let place { layers[place].append(edit) } else { layers.append([edit]) }
        }
        return (layers.isEmpty ? [[]] : layers).enumerated().map { index, layer in
            // Judging looks at what was overwritten, not at dots: they are given when the set is made.
            let write = Write(
                dot: Dot(ReplicaID(0), 1), creates: creates && index == 0,
                fields: layer.map { FieldWrite(tag: $0.tag, value: $0.edit.written) })
            return RecordWrite(
                type: entity.tag, record: id, write: write, isNew: creates, seen: overwritten(layer), proposed: proposed
            )
        }
    }

    private func overwritten(_ edits: [FieldEdit]) -> [FieldTag: [Value]] {
        var out: [FieldTag: [Value]] = [:]
        for edit in edits {
            guard let kind = entity.field(tag: edit.tag)?.kind else { continue }
            if kind.isSingle {
                out[edit.tag] = shownValues(edit.tag)
            } else if case .remove(let element) = edit.edit, shownValues(edit.tag).contains(element) {
                out[edit.tag] = [element]
            }
        }
        return out
    }

    private func shownValues(_ tag: FieldTag) -> [Value] {
        if let concurrent = seen?.concurrent.first(where: { $0.field.tag == tag }) {
            return concurrent.siblings.map(\.value)
        }
        switch seen?.record.fields.first(where: { $0.tag == tag })?.shown {
        case .one(let value)?: return [value]
        case .many(let values)?: return values
        case nil: return []
        }
    }
}

extension RecordDraft {
    /// How the edit of a field would be proposed, as typed; nil for a field that is not edited by name.
    func proposing(_ name: String?) -> Words? {
        guard let field = name.flatMap({ entity.field(named: $0) }),
            let edit = edits.first(where: { $0.tag == field.tag })
        else { return nil }
        let command =
            "field propose \(seen?.record.calledName ?? id.description) \(edit.edit.argument(field)) --reason TEXT"
        return Words("Propose it: \(command)", "可提出建议：\(command)")
    }
}

extension Edit {
    /// `KEY=VALUE` and the like, quoted for a shell where that is needed.
    func argument(_ field: FieldDeclaration) -> String {
        let (sign, value): (String, Value?) =
            switch self {
            case .put(let value): (field.kind.isSingle ? "=" : "+=", value)
            case .remove(let value): ("-=", value)
            case .clear: ("=", nil)
            }
        let text = value?.printed ?? ""
        return "\(field.name)\(sign)\(Self.quoted(text))"
    }

    private static func quoted(_ text: String) -> String {
        if text.allSatisfy({ $0.isLetter || $0.isNumber || "+-.,:/@_".contains($0) }) { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// The value that is written; nil where something is taken away.
    var written: Value? { if case .put(let value) = self { value } else { nil } }
}
