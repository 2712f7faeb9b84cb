import FieldModel
import SyncCore

/// The fields that the simulation writes, by name.
enum Fields {
    static func entity(_ name: String) -> EntityDeclaration {
        guard let entity = Catalogue.entity(named: name) else { preconditionFailure("no type \(name)") }
        return entity
    }

    static func tag(_ field: String, of type: String) -> FieldTag {
        guard let tag = entity(type).field(named: field)?.tag else { preconditionFailure("no field \(type).\(field)") }
        return tag
    }

    /// What only a later version declares.
    static let unknown: FieldTag = 201
    static let unknownType: TypeTag = 901

    static func name(of type: TypeTag) -> String { Catalogue.entity(type)?.name ?? "type \(type)" }

    /// Whether the values that the simulation writes there say who wrote them.
    static func isTracked(_ tag: FieldTag, of type: TypeTag) -> Bool {
        guard let field = Catalogue.entity(type)?.field(tag: tag) else { return tag == unknown }
        if case .reference = field.type { return false }
        return tag != .scope && tag != .deleted
    }

    /// Whether a write's value names it: a counter's increments do not.
    static func isUnique(_ entry: Ledger.Entry) -> Bool { entry.kind != .counter }

    /// As the model has it; what it does not declare is a register.
    static func kind(_ tag: FieldTag, of type: TypeTag) -> FieldKind {
        Catalogue.entity(type)?.field(tag: tag)?.kind ?? .register
    }

    /// What a technician may write, and what the office may besides.
    static func open(_ type: TypeTag, to role: Writing) -> [String] {
        let office: [String]
        let anybody: [String]
        switch type {
        case EntityTag.asset:
            (anybody, office) = (["serial", "firmware", "tags", "notes", "cycles"], ["custodian", "invoice_no"])
        case EntityTag.request: (anybody, office) = (["notes"], ["severity", "description"])
        case EntityTag.workOrder: (anybody, office) = (["diagnosis", "resolution", "fault_code", "notes"], [])
        case EntityTag.site: (anybody, office) = (["access_notes"], ["name", "address"])
        case EntityTag.account: (anybody, office) = ([], ["industry", "segment", "tags"])
        default: (anybody, office) = ([], [])
        }
        switch role {
        case .technician: return anybody
        case .office: return anybody + office
        }
    }

    /// What a technician may not write.
    static func closed(_ type: TypeTag) -> [String] {
        switch type {
        case EntityTag.asset: ["custodian", "invoice_no"]
        case EntityTag.request: ["description"]
        case EntityTag.site: ["name"]
        default: []
        }
    }

    /// The field of a type that takes a text of any kind, which says of a set without another text which it was.
    static func notes(of type: TypeTag) -> String? {
        switch type {
        case EntityTag.asset, EntityTag.request, EntityTag.workOrder: "notes"
        case EntityTag.site: "access_notes"
        case EntityTag.account: "tags"
        default: nil
        }
    }
}

/// Who writes.
enum Writing {
    case technician
    case office
}
