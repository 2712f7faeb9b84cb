import FieldModel
import SyncCore

/// The records of which it must be looked at anew who holds what because of them.
struct AffectedHoldings {
    /// Their types, by id. They need not be here.
    var sources: [RecordID: TypeTag] = [:]
    /// People who came, went, or have other roles.
    var people: Set<RecordID> = []
    /// Of these, those whose branch it is that changed, or whether they are here at all: what they work on, too.
    var moved: Set<RecordID> = []
    /// Branches that came: who belongs to them may belong to headquarters.
    var branches: Set<RecordID> = []
    /// Sites that came or have another account: their orders.
    var sites: Set<RecordID> = []

    var isEmpty: Bool { sources.isEmpty && people.isEmpty && branches.isEmpty && sites.isEmpty }

    /// Takes note of what a record said and says.
    /// - Parameters:
    ///   - before: nil for a new row.
    ///   - changed: the fields that are not what they were; nil for a new row.
    mutating func add(_ record: StoredRecord, before: RecordState?, changed: [FieldTag]?) {
        guard let fields = Tag.deciding[record.type] else { return }
        if let changed, !changed.contains(where: { fields.contains($0) }) { return }
        switch record.type {
        case EntityTag.workEvent: add(record, before, reference: Tag.eventOrder, to: EntityTag.workOrder)
        case EntityTag.visit: add(record, before, reference: Tag.visitOrder, to: EntityTag.workOrder)
        case EntityTag.user:
            people.insert(record.id)
            if changed.map({ $0 != [Tag.userRoles] }) ?? true { moved.insert(record.id) }
        default:
            sources[record.id] = record.type
            if record.type == EntityTag.branch { branches.insert(record.id) }
            if record.type == EntityTag.site, changed?.contains(Tag.siteAccount) ?? true { sites.insert(record.id) }
            if record.type == EntityTag.grant {
                add(record, before, reference: Tag.grantRevokes, to: EntityTag.grant)
            }
        }
    }

    /// Takes note of a record that is here no more.
    mutating func remove(_ record: StoredRecord) { add(record, before: nil, changed: nil) }

    private mutating func add(_ record: StoredRecord, _ before: RecordState?, reference: FieldTag, to type: TypeTag) {
        for state in [record.shown, before].compactMap(\.self) {
            if case .reference(let id)? = state[reference].latest?.value { sources[id] = type }
        }
    }

    /// The fields from which it follows who holds what.
    private enum Tag {
        static let eventOrder = of(Catalogue.workEvent, "order")
        static let visitOrder = of(Catalogue.visit, "order")
        static let userRoles = of(Catalogue.user, "roles")
        static let siteAccount = of(Catalogue.site, "account")
        static let grantRevokes = of(Catalogue.grant, "revokes")

        static let deciding: [TypeTag: Set<FieldTag>] = [
            EntityTag.site: [.scope, of(Catalogue.site, "branch"), siteAccount],
            EntityTag.account: [.scope, of(Catalogue.account, "steward"), of(Catalogue.account, "team")],
            EntityTag.workOrder: [
                .scope, .deleted, of(Catalogue.workOrder, "assignees"), of(Catalogue.workOrder, "window_start"),
            ],
            EntityTag.workEvent: [
                .deleted, eventOrder, of(Catalogue.workEvent, "kind"), of(Catalogue.workEvent, "occurred_at"),
            ],
            EntityTag.visit: [.scope, .deleted, visitOrder, of(Catalogue.visit, "technician")],
            EntityTag.user: [.deleted, userRoles, of(Catalogue.user, "branch"), of(Catalogue.user, "active")],
            EntityTag.branch: [.scope],
            EntityTag.grant: Set([.deleted]).union(Catalogue.grant.fields.map(\.tag)),
        ]

        private static func of(_ entity: EntityDeclaration, _ name: String) -> FieldTag {
            guard let field = entity.field(named: name) else { preconditionFailure("a \(entity.name) has a \(name)") }
            return field.tag
        }
    }
}
