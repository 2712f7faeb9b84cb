import SyncCore

/// Who may write a field when he creates the record, and who afterwards.
struct WriteRight {
    let create: RoleSet
    let edit: RoleSet

    init(create: RoleSet, edit: RoleSet) {
        self.create = create
        self.edit = edit
    }

    init(_ roles: Role...) { self.init(create: RoleSet(roles), edit: RoleSet(roles)) }

    func and(_ roles: Role...) -> WriteRight {
        WriteRight(create: create.union(RoleSet(roles)), edit: edit.union(RoleSet(roles)))
    }

    func creating(_ roles: Role...) -> WriteRight { WriteRight(create: create.union(RoleSet(roles)), edit: edit) }
}

/// The rights of one entity type: a field that is not named has those of the type.
struct TypeRights {
    let type: WriteRight
    var fields: [String: WriteRight] = [:]

    subscript(field: String) -> WriteRight { fields[field] ?? type }
}

extension Permission {
    static func rights(_ type: TypeTag) -> TypeRights? {
        switch type {
        case EntityTag.account: account
        case EntityTag.contact: TypeRights(type: basics)
        case EntityTag.site: site
        case EntityTag.product, EntityTag.part: TypeRights(type: WriteRight(.accountHQ))
        case EntityTag.asset: asset
        case EntityTag.assetEvent: TypeRights(type: assetFacts.and(.technician))
        case EntityTag.request: request
        case EntityTag.workOrder: workOrder
        case EntityTag.workEvent: workEvent
        case EntityTag.visit, EntityTag.partUsage: TypeRights(type: fieldWork)
        case EntityTag.note, EntityTag.attachment: note
        // Whoever has a role may propose; who may decide depends on what is proposed.
        case EntityTag.proposal: TypeRights(type: anybody)
        case EntityTag.user, EntityTag.branch, EntityTag.device, EntityTag.erasure: TypeRights(type: WriteRight(.admin))
        case EntityTag.deviceOrder, EntityTag.grant: TypeRights(type: WriteRight(.admin, .branchManager))
        default: nil
        }
    }

    private static let anybody = WriteRight(create: RoleSet(Role.allCases), edit: RoleSet(Role.allCases))
    private static let basics = WriteRight(
        .serviceRep, .supervisor, .branchManager, .dataSteward, .accountRep, .accountRegional, .accountHQ)
    private static let assetFacts = WriteRight(.supervisor, .branchManager, .accountHQ)
    static let assignment = WriteRight(.dispatcher, .supervisor, .branchManager, .accountHQ)
    static let fieldWork = WriteRight(.technician, .supervisor, .branchManager)

    private static let account: TypeRights = {
        let protected = WriteRight(
            create: basics.create, edit: RoleSet([.dataSteward, .accountRegional, .accountHQ]))
        let stewardship = WriteRight(.branchManager, .accountHQ)
        return TypeRights(
            type: basics,
            fields: [
                "name": protected, "tax_id": protected, "home_region": WriteRight(.accountHQ),
                "steward": stewardship, "team": stewardship,
            ])
    }()

    private static let site = TypeRights(
        type: basics,
        fields: [
            "access_notes": basics.and(.technician),
            "branch": WriteRight(create: basics.create, edit: RoleSet([.branchManager, .accountRegional, .accountHQ])),
        ])

    /// What a technician reads off the machine he writes; what has legal weight he does not.
    private static let asset: TypeRights = {
        let found = assetFacts.and(.technician)
        let identity = found.and(.dataSteward)
        return TypeRights(
            type: assetFacts.creating(.technician),
            fields: [
                "serial": identity, "model": identity, "firmware": found, "tags": found, "notes": found,
                "cycles": found, "sale_date": assetFacts, "invoice_no": assetFacts,
            ])
    }()

    private static let request: TypeRights = {
        let office = WriteRight(.serviceRep, .dispatcher, .supervisor, .branchManager, .accountRep)
        return TypeRights(
            type: office.creating(.technician), fields: ["notes": office.and(.technician)])
    }()

    private static let workOrder: TypeRights = {
        let planned = assignment.creating(.technician)
        let done = [
            "sub_state", "diagnosis", "resolution", "fault_code", "cause_code", "action_code", "cost",
        ]
        var fields = Dictionary(uniqueKeysWithValues: done.map { ($0, fieldWork) })
        fields["notes"] = assignment.and(.technician, .serviceRep)
        for field in ["assignees", "window_start", "window_end"] { fields[field] = planned }
        return TypeRights(type: planned.creating(.serviceRep), fields: fields)
    }()

    /// What is for the office to say, besides the kinds of events that are.
    private static let workEvent = TypeRights(
        type: workOrder.type.and(.technician),
        fields: ["decision": assignment, "assignees": assignment, "parts": assignment])

    private static let note = TypeRights(
        type: basics.and(.technician, .dispatcher, .partsKeeper))
}
