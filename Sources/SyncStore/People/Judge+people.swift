import FieldModel
import SyncCore
import SyncWire

extension Judge {
    /// Only HQ and its administrators erase a person.
    func foreignErasure(_ write: RecordWrite, by writer: Writer) throws -> [Refusal] {
        guard write.type == EntityTag.erasure, case .person(let person, _) = writer else { return [] }
        let branch = try access.person(person)?.branch
        if try branch.map({ try access.homeOfBranch($0) == .headquarters }) ?? true { return [] }
        return [Refusal(field: "person", code: .notOwn, words: Messages.erasureOfOthers)]
    }

    /// What is personal comes sealed, under a key of the person that it is about.
    func unsealed(_ change: Change) throws -> [Refusal] {
        guard let entity = Catalogue.entity(change.type), entity.isPersonal, let write = change.write else { return [] }
        return try write.fields.compactMap { field in
            guard let value = field.value, let declaration = entity.field(tag: field.tag),
                declaration.personal != nil, let person = try access.person(in: change, field.tag)
            else { return nil }
            if case .sealed(let id, _) = value, try access.personKey(id).map({ $0.person == person }) ?? true {
                return nil
            }
            return Refusal(field: declaration.name, code: .unsealed, words: Messages.unsealed(declaration.label))
        }
    }
}
