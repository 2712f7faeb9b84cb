import SyncCore

extension Permission {
    /// Every field of a write that the writer may not write, and what of it is not for him to say. Empty: he may.
    package static func refusals(of write: RecordWrite, by writer: Writer) -> [Refusal] {
        guard case .person(let person, let roles) = writer, let entity = Catalogue.entity(write.type) else { return [] }
        let fields = write.write.fields.filter { !write.isDiscard($0) }
        let forbidden = fields.compactMap { field -> Refusal? in
            guard let declaration = entity.field(tag: field.tag), !declaration.derived,
                !mayWrite(roles: roles, type: write.type, field: field.tag, creating: write.isNew)
            else { return nil }
            return Refusal(
                field: declaration.name, code: .forbidden,
                words: Messages.forbidden(declaration.label, entity.label, creating: write.isNew))
        }
        return forbidden + foreign(write, person: person, roles: roles)
    }

    /// What the fields' values say that only others may say.
    private static func foreign(_ write: RecordWrite, person: RecordID, roles: RoleSet) -> [Refusal] {
        switch write.type {
        case EntityTag.workOrder where write.isNew && !mayPlan(roles): foreignOrder(write, person: person)
        case EntityTag.visit where !mayPlan(roles): foreignVisit(write, person: person)
        case EntityTag.workEvent: foreignEvent(write, roles: roles)
        case EntityTag.proposal: foreignDecision(write, roles: roles)
        case EntityTag.deviceOrder: foreignReport(write)
        default: []
        }
    }

    private static func mayPlan(_ roles: RoleSet) -> Bool { !assignment.create.isDisjoint(with: roles) }

    /// An order that somebody makes for himself is field work, and he is the only one on it.
    private static func foreignOrder(_ write: RecordWrite, person: RecordID) -> [Refusal] {
        var refusals: [Refusal] = []
        if let assignee = write.value(of: "assignees"), assignee != .reference(person) {
            refusals.append(Refusal(field: "assignees", code: .notOwn, words: Messages.ownOrderOnly))
        }
        if case .text(let type)? = write.value(of: "type"), write.value(of: "assignees") != nil,
            !["repair", "emergency", "visit"].contains(type)
        {
            refusals.append(Refusal(field: "type", code: .notOwn, words: Messages.ownOrderTypes))
        }
        return refusals
    }

    private static func foreignVisit(_ write: RecordWrite, person: RecordID) -> [Refusal] {
        guard let technician = write.value(of: "technician"), technician != .reference(person) else { return [] }
        return [Refusal(field: "technician", code: .notOwn, words: Messages.ownVisitOnly)]
    }

    /// Whoever may write the field decides about a proposal for it.
    private static func foreignDecision(_ write: RecordWrite, roles: RoleSet) -> [Refusal] {
        let decided = ["decision", "decision_reason"].filter { name in
            write.write.fields.contains { $0.tag == Catalogue.proposal.field(named: name)?.tag && !write.isDiscard($0) }
        }
        guard let first = decided.first else { return [] }
        if let proposed = write.proposed,
            mayWrite(roles: roles, type: proposed.type, field: proposed.field, creating: false)
        {
            return []
        }
        return [Refusal(field: first, code: .notOwn, words: Messages.decisionOfOthers)]
    }

    /// The office speaks about the order, the person on the spot about the work; supervisors correct both.
    private static func foreignEvent(_ write: RecordWrite, roles: RoleSet) -> [Refusal] {
        guard case .text(let word)? = write.value(of: "kind"), let kind = WorkEventKind(rawValue: word) else {
            return []
        }
        let allowed =
            switch kind {
            case .created: true
            case _ where kind.isOffice: mayPlan(roles)
            default: !fieldWork.create.isDisjoint(with: roles)
            }
        return allowed ? [] : [Refusal(field: "kind", code: .notOwn, words: Messages.eventOfOthers(kind))]
    }

    /// What a device reported only the node says that heard it.
    private static func foreignReport(_ write: RecordWrite) -> [Refusal] {
        guard case .text(let word)? = write.value(of: "kind"), DeviceOrderKind(rawValue: word)?.isReport == true else {
            return []
        }
        return [Refusal(field: "kind", code: .notOwn, words: Messages.reportOfDevice)]
    }
}
