package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore
import SyncWire

extension VerbContext {
    /// Brings an earlier value back as a new write.
    package func restore(_ ref: String, field name: String, dot: String) throws -> Report {
        let dot = try Self.dot(dot)
        let draft = try store.write { access in
            var draft = try existing(ref, access)
            let field = try Self.writtenField(name, of: draft.entity.tag)
            draft.edits = [FieldEdit(tag: field.tag, edit: try earlier(field, dot, of: draft, access))]
            try commit([draft], access)
            return draft
        }
        return written(draft, doing: Words("restored", "已恢复"))
    }

    private func earlier(
        _ field: FieldDeclaration, _ dot: Dot, of draft: RecordDraft, _ access: ReadAccess
    ) throws -> Edit {
        let items = try access.history(of: draft.id, field: field.tag)?.items ?? []
        guard let item = items.first(where: { $0.dot == dot }) else {
            throw VerbFailure(
                .notFound,
                Words(
                    "\(dot) wrote nothing to \(field.name) that is known here.", "本机不知道 \(dot) 对“\(field.label.zh)”的填写。"
                ),
                details: .object([("candidates", .array(items.map { .string($0.dot.description) }))]))
        }
        if field.tag == .deleted { return item.after == nil ? .clear : VerbContext.deletion(of: draft).edit }
        if field.kind == .counter { throw Self.notRestorable(field) }
        if let value = item.after { return .put(value) }
        guard field.kind.isSingle else { throw Self.notRestorable(field) }
        return .clear
    }

    private static func notRestorable(_ field: FieldDeclaration) -> VerbFailure {
        VerbFailure(
            .constraint,
            Words(
                "That write to \(field.name) has no value of its own to bring back.", "“\(field.label.zh)”的这次填写没有可恢复的值。"
            ),
            hint: Words(
                "Write \(field.name)+= or \(field.name)-= what is meant.", "请用 \(field.name)+= 或 \(field.name)-= 填写。"))
    }

    /// `REPLICA:N`
    static func dot(_ text: String) throws -> Dot {
        if let dot = Dot(text: text) { return dot }
        throw VerbFailure(
            .usage, Words("\"\(text)\" is not of the form REPLICA:N.", "“\(text)”不是 REPLICA:N 的形式。"),
            hint: Words("history and get print it.", "可在 history 和 get 中查看。"))
    }
}

package struct Restore<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "restore", abstract: "Bring an earlier value back (恢复).",
            discussion: """
                A new write with the old value; what it replaces stays in the history.

                Example: \(program) restore WO-GZ03-K7-000214-5 --field fault_code --dot 3d074bd72f0c12bc:4
                """)
    }

    @Argument(help: "The record: its number, its id, or 6 or more last digits of the id.")
    package var ref: String

    @Option(help: "The field.")
    package var field: String

    @Option(help: "The write whose value comes back: REPLICA:N, as history prints it.")
    package var dot: String

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.restore(ref, field: field, dot: dot) }
}
