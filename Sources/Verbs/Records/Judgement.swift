import FieldModel
import SyncCore
import SyncStore
import SyncWire

/// Refuses here what every node would refuse, while the person can still do something about it.
struct Judgement {
    let access: ReadAccess
    /// Nil: only the node can tell what the writer may do.
    let writer: Writer?

    func demand(_ drafts: [RecordDraft]) throws {
        let types = try referencedTypes(drafts)
        for draft in drafts {
            for write in draft.writes(proposed: try proposed(draft)) {
                let invalid = Validation.refusals(of: write) { types[$0] }
                let forbidden = writer.map { Permission.refusals(of: write, by: $0) } ?? []
                if let refusal = Self.clearest(invalid + forbidden) { throw VerbFailure(refusal, draft) }
            }
        }
    }

    private func proposed(_ draft: RecordDraft) throws -> ProposedField? {
        guard draft.entity.tag == EntityTag.proposal, let subject = draft.reference("subject"),
            case .text(let field)? = draft.value("field")
        else { return nil }
        return try access.proposed(field, of: subject)
    }

    /// A person is told of what he wrote; the scope is written for him.
    private static func clearest(_ refusals: [Refusal]) -> Refusal? {
        refusals.first { $0.field != "scope" } ?? refusals.first
    }

    private func referencedTypes(_ drafts: [RecordDraft]) throws -> [RecordID: TypeTag] {
        var types = Dictionary(drafts.map { ($0.id, $0.entity.tag) }, uniquingKeysWith: { first, _ in first })
        for edit in drafts.flatMap(\.edits) {
            guard case .reference(let id)? = edit.edit.written, types[id] == nil else { continue }
            types[id] = try access.typeOfRecord(id)
        }
        return types
    }
}

extension VerbFailure {
    /// What a person may not write he may propose.
    init(_ refusal: Refusal, _ draft: RecordDraft) {
        guard let code = ErrorCode(rawValue: refusal.code.rawValue) else {
            preconditionFailure("the catalogue has no code for \(refusal.code.rawValue)")
        }
        self.init(
            code, refusal.words,
            hint: refusal.code == .forbidden && !draft.creates ? draft.proposing(refusal.field) : nil,
            details: .object([
                ("type", .string(draft.entity.name)), ("field", refusal.field.map(JSONValue.string) ?? .null),
            ]))
    }
}
