package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore
import SyncWire

extension VerbContext {
    /// Proposes to whoever may what this person may not write.
    /// - Parameter evidence: attachments.
    package func propose(_ ref: String, _ argument: String, reason: String, evidence: [String]) throws -> Report {
        let proposal = try store.write { access in
            var subject = try existing(ref, access)
            subject.edits = try FieldEdits(entity: subject.entity, creating: false, access: access)
                .edits([try FieldArgument(parsing: argument)])
            try demandUse(of: subject, access)
            guard let edit = subject.edits.first, let field = subject.entity.field(tag: edit.tag) else {
                preconditionFailure("an argument is an edit of a field of the type")
            }
            var proposal = try newDraft(Catalogue.proposal, [], access)
            proposal.put("subject", .reference(subject.id))
            proposal.put("field", .text(field.name))
            proposal.put("operation", .text(edit.edit.proposed(field).rawValue))
            if let value = edit.edit.value { proposal.put("value", .text(value.printed)) }
            if field.kind.isSingle, case .one(let base)? = subject.seen?.record[field.name] {
                proposal.put("base", .text(base.printed))
            }
            proposal.put("reason", .text(reason))
            for ref in evidence {
                let id = try Lookup.reference(ref, type: EntityTag.attachment, access)
                proposal.put("evidence", .reference(id))
            }
            try commit([proposal], access)
            return proposal
        }
        return written(proposal, doing: Words("proposed", "已提出建议"))
    }

    /// Refuses what nobody could accept, and what this person may write himself.
    private func demandUse(of subject: RecordDraft, _ access: ReadAccess) throws {
        try Judgement(access: access, writer: nil).demand([subject])
        guard let writer = try writer(access) else { return }
        guard subject.writes(proposed: nil).allSatisfy({ Permission.refusals(of: $0, by: writer).isEmpty }) else {
            return
        }
        throw VerbFailure(
            .constraint, Words("You may write this yourself.", "你可以直接填写此字段。"),
            hint: Words("set does it.", "请使用 set。"))
    }
}

extension Edit {
    fileprivate func proposed(_ field: FieldDeclaration) -> ProposedOperation {
        switch self {
        case .remove: .take
        case .put, .clear: field.kind.isSingle ? .set : .add
        }
    }

    /// What is put or taken away; nil where a field is cleared.
    fileprivate var value: Value? {
        switch self {
        case .put(let value), .remove(let value): value
        case .clear: nil
        }
    }
}

package struct Propose<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "propose", abstract: "Propose what you may not write yourself (提出建议).",
            discussion: """
                Whoever may write the field sees it in `attention` and accepts or rejects it with `proposals`.

                Example: \(program) propose SR-GZ03-K7-000007-X severity=severe --reason "the boom may fall"
                """)
    }

    @Argument(help: "The record: its number, its id, or 6 or more last digits of the id.")
    package var ref: String

    @Argument(help: "KEY=VALUE, KEY= to clear, KEY+=VALUE or KEY-=VALUE.")
    package var field: String

    @Option(help: "Why, in a sentence for whoever decides.")
    package var reason: String

    @Option(help: "An attachment that shows it; may be given again.")
    package var evidence: [String] = []

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report {
        try context.propose(ref, field, reason: reason, evidence: evidence)
    }
}
