package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore
import SyncWire

extension VerbContext {
    /// Writes what was proposed, as whoever accepts it, and marks the proposal in the same set.
    /// - Parameter over: even though the field has changed since.
    package func accept(proposal ref: String, over: Bool) throws -> Report {
        let proposal = try store.write { access in
            var (proposal, view) = try undecided(ref, access)
            guard let target = view.subject, let field = view.field else { throw VerbFailure(.upgradeRequired) }
            if view.state == .superseded, !over { throw Self.superseded(try message(view, access)) }
            var subject = try existing(target.id.description, type: target.type, access)
            subject.edits = [FieldEdit(tag: field.tag, edit: try view.edit)]
            proposal.put("decision", .text(ProposalDecision.accepted.rawValue))
            try commit([subject, proposal], access)
            return proposal
        }
        return written(proposal, doing: ProposalDecision.accepted.label)
    }

    package func reject(proposal ref: String, reason: String?) throws -> Report {
        let proposal = try store.write { access in
            var (proposal, _) = try undecided(ref, access)
            proposal.put("decision", .text(ProposalDecision.rejected.rawValue))
            if let reason { proposal.put("decision_reason", .text(reason)) }
            try commit([proposal], access)
            return proposal
        }
        return written(proposal, doing: ProposalDecision.rejected.label)
    }

    private func message(_ view: ProposalView, _ access: ReadAccess) throws -> Words {
        try ProposalWords(names: RecordNames(access)).message(view, deciding: true)
    }

    private func undecided(_ ref: String, _ access: ReadAccess) throws -> (RecordDraft, ProposalView) {
        let draft = try existing(ref, type: EntityTag.proposal, access)
        guard let view = try access.proposal(draft.id) else { throw VerbFailure(.upgradeRequired) }
        guard view.state == .accepted || view.state == .rejected else { return (draft, view) }
        throw VerbFailure(
            .constraint,
            Words(
                "This proposal is decided already: \(view.state.label.en.lowercased()).",
                "此建议已有决定：\(view.state.label.zh)。"),
            hint: Words("Write the field with set, where that was wrong.", "如需更改，请用 set 填写该字段。"))
    }

    private static func superseded(_ message: Words) -> VerbFailure {
        VerbFailure(
            .constraint, message,
            hint: Words("accept --over writes it all the same.", "accept --over 仍然采纳。"),
            details: .object([("state", .string(ProposalState.superseded.rawValue))]))
    }
}

extension ProposalView {
    /// What accepting it does to the field.
    /// - Throws: where this version cannot read the value.
    fileprivate var edit: Edit {
        get throws {
            switch (operation, value) {
            case (.set, nil) where proposal.text(of: "value") == nil: return .clear
            case (.set, let value?), (.add, let value?): return .put(value)
            case (.take, let value?): return .remove(value)
            case (_, nil): throw VerbFailure(.upgradeRequired)
            }
        }
    }
}

package struct ProposalAccept<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "accept", abstract: "Write what was proposed, as yourself (采纳建议).",
            discussion: """
                Where the field has changed since it was proposed, only with --over.

                Example: \(program) proposals accept PR-GZ03-K7-000003-9
                """)
    }

    @Argument(help: "The proposal: its number, its id, or 6 or more last digits of the id.")
    package var ref: String

    @Flag(help: "Even though the field has changed meanwhile.")
    package var over = false

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.accept(proposal: ref, over: over) }
}

package struct ProposalReject<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "reject", abstract: "Do not write what was proposed (不采纳建议).",
            discussion: "Example: \(program) proposals reject PR-GZ03-K7-000003-9 --reason \"measured again: it holds\""
        )
    }

    @Argument(help: "The proposal: its number, its id, or 6 or more last digits of the id.")
    package var ref: String

    @Option(help: "Why, in a sentence for whoever proposed it.")
    package var reason: String?

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.reject(proposal: ref, reason: reason) }
}
