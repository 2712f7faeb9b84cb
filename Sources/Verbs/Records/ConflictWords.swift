import FieldModel
import SyncCore
import SyncStore

/// Says in plain words what a person is asked to decide.
struct ConflictWords {
    let names: RecordNames
    let now: Int64

    /// What was written, and who decides until when.
    func message(_ conflict: ConflictView) throws -> Words {
        let (said, due) = (try facts(conflict), Moments.due(conflict.dueAt, now: now))
        let owner = conflict.responsibility.owner.label
        return Words(
            "\(said.en) The \(owner.en.lowercased()) decides by \(due.en).", "\(said.zh)由\(owner.zh)在 \(due.zh) 前决定。")
    }

    private func facts(_ conflict: ConflictView) throws -> Words {
        if conflict.tag == .deleted { return deletion(conflict) }
        let field = conflict.declaration
        let english = try versions(conflict, .en)
        let chinese = try versions(conflict, .zh)
        func said(_ language: Language, _ versions: [ConflictMessage.Version]) throws -> String {
            let shown = try conflict.record[conflict.field].map { try names.text($0, of: field, language) } ?? "–"
            return ConflictMessage(
                field: field?.label ?? Words(conflict.field, conflict.field),
                entity: conflict.record.entity?.label ?? Words("record", "记录"), record: conflict.record.calledName,
                versions: versions, shown: shown, preference: field?.kind == .ranked ? .higher : .later
            ).words[language]
        }
        return Words(try said(.en, english), try said(.zh, chinese))
    }

    private func versions(_ conflict: ConflictView, _ language: Language) throws -> [ConflictMessage.Version] {
        try conflict.siblings.map { sibling in
            ConflictMessage.Version(
                value: try names.text(sibling.value, of: conflict.declaration, language), isMine: sibling.mine,
                author: sibling.authorName, time: Moments.dated(sibling.at, now: now))
        }
    }

    private func deletion(_ conflict: ConflictView) -> Words {
        let fields = conflict.edits.map { edit in
            conflict.record.entity?.field(named: edit.field)?.label ?? Words(edit.field, edit.field)
        }
        return Messages.deletedButEdited(
            record: conflict.record.calledName, editor: conflict.edits.first?.sibling.authorName, fields: fields)
    }
}

extension ConflictView {
    var responsibility: Responsibility { .of(record.type, tag) }
    var dueAt: Int64 { responsibility.due(since: since) }

    func json(_ message: String) -> JSONValue {
        let edits = edits.map { edit in
            JSONValue.object([("field", .string(edit.field)), ("sibling", edit.sibling.jsonSibling)])
        }
        return .object(
            record.jsonHead + [
                ("field", .string(field)), ("siblings", .array(siblings.map(\.jsonSibling))),
                ("owner", .string(responsibility.owner.rawValue)), ("due_at", Moments.json(dueAt)),
                ("message", .string(message)),
            ] + (edits.isEmpty ? [] : [("edits", .array(edits))]))
    }
}
