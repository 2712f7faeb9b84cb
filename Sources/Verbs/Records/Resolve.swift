package import ArgumentParser
import FieldModel
package import SyncCore
import SyncStore
import SyncWire

extension VerbContext {
    /// Which of the values that were written concurrently shall hold.
    package enum Decision {
        /// My own, or the one of a dot.
        case keepMine
        case keep(Dot)
        /// A value of its own.
        case value(String)
    }

    /// Decides a field: a new write over all values that were seen.
    package func resolve(_ ref: String, field name: String, _ decision: Decision) throws -> Report {
        let draft = try store.write { access in
            var draft = try existing(ref, access)
            let field = try Self.writtenField(name, of: draft.entity.tag)
            let edit =
                field.tag == .deleted
                ? try self.deletion(draft, decision, access) : try edit(field, draft, decision, access)
            draft.edits = [FieldEdit(tag: field.tag, edit: edit)]
            try commit([draft], access)
            return draft
        }
        return written(draft, doing: Words("decided", "已决定"))
    }

    private func edit(
        _ field: FieldDeclaration, _ draft: RecordDraft, _ decision: Decision, _ access: ReadAccess
    ) throws -> Edit {
        guard let siblings = draft.seen?.concurrent.first(where: { $0.field.tag == field.tag })?.siblings else {
            throw Self.nothingToDecide(field)
        }
        switch decision {
        case .keepMine: return .put(try Self.kept(siblings, field) { $0.mine })
        case .keep(let dot): return .put(try Self.kept(siblings, field) { $0.dot == dot })
        case .value(let text):
            return .put(try FieldEdits(entity: draft.entity, creating: false, access: access).value(text, of: field))
        }
    }

    /// The last of the siblings that fit.
    private static func kept(
        _ siblings: [SiblingView], _ field: FieldDeclaration, _ fits: (SiblingView) -> Bool
    ) throws -> Value {
        if let sibling = siblings.last(where: fits) { return sibling.value }
        throw VerbFailure(
            .notFound, Words("None of the values of \(field.name) is that one.", "“\(field.label.zh)”的各个值中没有这一个。"),
            hint: Words("conflicts prints them.", "可用 conflicts 查看。"),
            details: .object([("candidates", .array(siblings.map(\.jsonSibling)))]))
    }

    private static func nothingToDecide(_ field: FieldDeclaration) -> VerbFailure {
        VerbFailure(
            .notFound,
            Words("\(field.name) has only one value; there is nothing to decide.", "“\(field.label.zh)”只有一个值，无需决定。"),
            hint: Words("set changes it.", "可用 set 修改。"), details: .object([("candidates", .array([]))]))
    }

    /// Whether a record that was deleted and edited concurrently stays deleted.
    private func deletion(_ draft: RecordDraft, _ decision: Decision, _ access: ReadAccess) throws -> Edit {
        let conflict = try access.conflicts().first { $0.record.id == draft.id && $0.tag == .deleted }
        if draft.seen?.deletion == .present {
            throw Self.nothingToDecide(try Self.writtenField("deleted", of: draft.entity.tag))
        }
        switch decision {
        case .value("true"): return Self.deletion(of: draft).edit
        case .value("false"): return .clear
        case .value(let text):
            throw VerbFailure(
                .invalidValue, Words("\"\(text)\" is neither true nor false.", "“\(text)”不是 true 或 false。"))
        case .keepMine: return try keeping(draft, conflict) { $0.mine }
        case .keep(let dot): return try keeping(draft, conflict) { $0.dot == dot }
        }
    }

    /// Keeping a deletion deletes again, with all edits seen; keeping an edit takes the deletion back.
    private func keeping(
        _ draft: RecordDraft, _ conflict: ConflictView?, _ fits: (SiblingView) -> Bool
    ) throws -> Edit {
        if conflict?.siblings.contains(where: fits) == true { return Self.deletion(of: draft).edit }
        if conflict?.edits.contains(where: { fits($0.sibling) }) == true { return .clear }
        throw Self.nothingToDecide(try Self.writtenField("deleted", of: draft.entity.tag))
    }
}

package struct Resolve<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "resolve", abstract: "Decide between concurrent values (处理冲突).",
            discussion: """
                The values that are not kept stay in the history and can be restored.

                Example: \(program) resolve WO-GZ03-K7-000214-5 --field fault_code --keep mine
                """)
    }

    @Argument(help: "The record: its number, its id, or 6 or more last digits of the id.")
    package var ref: String

    @Option(help: "The field; `deleted` for a record that was deleted, but edited.")
    package var field: String

    @Option(help: "mine, or REPLICA:N of the value to keep.")
    package var keep: String?

    @Option(help: "Another value than any of them.")
    package var value: String?

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func validate() throws {
        guard (keep == nil) != (value == nil) else { throw ValidationError("give either --keep or --value") }
    }

    package func report(_ context: VerbContext) throws -> Report {
        try context.resolve(ref, field: field, try decision)
    }

    private var decision: VerbContext.Decision {
        get throws {
            if let value { return .value(value) }
            if keep == "mine" { return .keepMine }
            return .keep(try VerbContext.dot(keep ?? ""))
        }
    }
}
