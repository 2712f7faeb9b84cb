import FieldModel
import SyncCore
import SyncStore

/// Says in plain words what a person is asked to decide.
struct ConflictWords {
    /// Older moments are named with their date.
    private static let recentMilliseconds: Int64 = 6 * 86_400_000

    let names: RecordNames
    let now: Int64

    func message(_ conflict: ConflictView) throws -> Words {
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
                author: sibling.authorName,
                time: Moments.local(sibling.at).spoken(recently: Moments.local(now - Self.recentMilliseconds)))
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
    func json(_ message: String) -> JSONValue {
        let edits = edits.map { edit in
            JSONValue.object([("field", .string(edit.field)), ("sibling", edit.sibling.jsonSibling)])
        }
        return .object(
            record.jsonHead + [
                ("field", .string(field)), ("siblings", .array(siblings.map(\.jsonSibling))),
                ("message", .string(message)),
            ] + (edits.isEmpty ? [] : [("edits", .array(edits))]))
    }
}
