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
            for write in draft.writes {
                let invalid = Validation.refusals(of: write) { types[$0] }
                let forbidden = writer.map { Permission.refusals(of: write, by: $0) } ?? []
                if let refusal = Self.clearest(invalid + forbidden) { throw VerbFailure(refusal, draft.entity) }
            }
        }
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
    init(_ refusal: Refusal, _ entity: EntityDeclaration) {
        guard let code = ErrorCode(rawValue: refusal.code.rawValue) else {
            preconditionFailure("the catalogue has no code for \(refusal.code.rawValue)")
        }
        self.init(
            code, refusal.words,
            details: .object([
                ("type", .string(entity.name)), ("field", refusal.field.map(JSONValue.string) ?? .null),
            ]))
    }
}
