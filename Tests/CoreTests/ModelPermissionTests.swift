import FieldModel
import SyncCore
import Testing

@Suite("Permissions")
struct ModelPermissionTests {
    let person = RecordID(high: 7, low: 7)
    let colleague = RecordID(high: 8, low: 8)

    struct Right: Sendable, CustomTestStringConvertible {
        let role: Role
        let field: String
        let creating: Bool
        var testDescription: String { "\(role.rawValue) \(creating ? "creates" : "edits") \(field)" }
        init(_ role: Role, _ field: String, creating: Bool = false) {
            (self.role, self.field, self.creating) = (role, field, creating)
        }
    }

    static let forbidden: [Right] = [
        Right(.technician, "account.name"), Right(.technician, "account.name", creating: true),
        Right(.technician, "account.tax_id"), Right(.technician, "contact.phones"), Right(.technician, "site.address"),
        Right(.technician, "asset.sale_date"), Right(.technician, "asset.invoice_no", creating: true),
        Right(.technician, "asset.site"), Right(.technician, "request.severity"),
        Right(.technician, "work_order.assignees"), Right(.technician, "work_order.window_start"),
        Right(.technician, "work_order.type"), Right(.technician, "product.name", creating: true),
        Right(.technician, "user.roles"), Right(.serviceRep, "account.name"), Right(.serviceRep, "account.tax_id"),
        Right(.serviceRep, "work_order.assignees", creating: true), Right(.serviceRep, "work_order.diagnosis"),
        Right(.serviceRep, "visit.summary"), Right(.supervisor, "account.tax_id"), Right(.dispatcher, "account.name"),
        Right(.dispatcher, "asset.serial"), Right(.dispatcher, "work_order.diagnosis"),
        Right(.partsKeeper, "account.industry"), Right(.accountRep, "account.tax_id"),
        Right(.accountRegional, "account.home_region"), Right(.accountRegional, "product.name"),
        Right(.accountRep, "account.steward", creating: true), Right(.auditor, "note.text", creating: true),
        Right(.auditor, "attachment.sha256", creating: true), Right(.executive, "attachment.caption"),
        Right(.admin, "account.industry"), Right(.admin, "work_order.notes"), Right(.surveyor, "request.notes"),
        Right(.dispatcher, "grant.opens", creating: true), Right(.accountRep, "account.team"),
        Right(.executive, "account.tags"), Right(.marketingManager, "account.name"),
    ]

    static let allowed: [Right] = [
        Right(.technician, "asset.serial"), Right(.technician, "asset.cycles"), Right(.technician, "asset.firmware"),
        Right(.technician, "asset.site", creating: true), Right(.technician, "asset_event.kind", creating: true),
        Right(.technician, "request.severity", creating: true), Right(.technician, "request.notes"),
        Right(.technician, "work_order.assignees", creating: true), Right(.technician, "work_order.fault_code"),
        Right(.technician, "work_event.kind", creating: true), Right(.technician, "visit.summary"),
        Right(.technician, "part_usage.quantity", creating: true), Right(.technician, "note.text", creating: true),
        Right(.technician, "attachment.sha256", creating: true), Right(.technician, "attachment.caption"),
        Right(.technician, "site.access_notes"), Right(.serviceRep, "account.name", creating: true),
        Right(.serviceRep, "contact.phones"), Right(.serviceRep, "request.severity"),
        Right(.dispatcher, "work_order.assignees"), Right(.dispatcher, "work_order.window_end"),
        Right(.supervisor, "asset.sale_date"), Right(.branchManager, "account.steward"),
        Right(.branchManager, "asset.invoice_no"), Right(.dataSteward, "account.tax_id"),
        Right(.dataSteward, "asset.serial"), Right(.accountRegional, "account.name"),
        Right(.accountHQ, "account.home_region"), Right(.accountHQ, "product.name"), Right(.admin, "user.roles"),
        Right(.branchManager, "grant.opens", creating: true), Right(.admin, "grant.revokes", creating: true),
        Right(.branchManager, "account.team"),
    ]

    @Test("what a role may not write is refused", arguments: forbidden)
    func refused(_ right: Right) throws {
        let may = try Self.mayWrite(right)
        #expect(!may)
    }

    @Test("what a role may write is taken", arguments: allowed)
    func taken(_ right: Right) throws {
        let may = try Self.mayWrite(right)
        #expect(may)
    }

    @Test("nobody writes a derived field, and nobody without a role writes anything")
    func nobody() {
        for entity in Catalogue.entities {
            for field in entity.fields {
                for creating in [true, false] {
                    func may(_ roles: RoleSet) -> Bool {
                        Permission.mayWrite(roles: roles, type: entity.tag, field: field.tag, creating: creating)
                    }
                    #expect(may(RoleSet(Role.allCases)) == !field.derived, "\(entity.name).\(field.name)")
                    #expect(!may([]))
                }
            }
        }
    }

    @Test("a type or field that is not known is nobody's")
    func unknown() {
        let everyone = RoleSet(Role.allCases)
        #expect(!Permission.mayWrite(roles: everyone, type: 999, field: 3, creating: true))
        #expect(!Permission.mayWrite(roles: everyone, type: EntityTag.account, field: 999, creating: true))
        #expect(!Permission.mayCreate(roles: everyone, type: 999))
        #expect(RoleSet(words: ["overlord"]).isEmpty)
    }

    @Test("who may create may delete; the scope moves with what it follows from")
    func implicitFields() {
        let technician: RoleSet = RoleSet([.technician])
        let dispatcher: RoleSet = RoleSet([.dispatcher])
        func may(_ roles: RoleSet, _ type: TypeTag, _ field: FieldTag) -> Bool {
            Permission.mayWrite(roles: roles, type: type, field: field, creating: false)
        }
        #expect(may(technician, EntityTag.visit, .deleted) && !may(technician, EntityTag.account, .deleted))
        #expect(may(dispatcher, EntityTag.workOrder, .scope) && may(dispatcher, EntityTag.visit, .scope))
        #expect(!may(technician, EntityTag.asset, .scope) && !may(dispatcher, EntityTag.asset, .scope))
    }

    @Test("every field that a role may not write is named in a refusal; a node writes all")
    func refusals() {
        let write = Self.write(Catalogue.asset, ["serial": .text("X1"), "sale_date": .date(days: 1)], creating: true)
        let technician = Writer.person(person, roles: RoleSet([.technician]))
        #expect(Permission.refusals(of: write, by: technician).map(\.field) == ["sale_date"])
        #expect(Permission.refusals(of: write, by: technician).allSatisfy { $0.isPermission })
        #expect(Permission.refusals(of: write, by: .node).isEmpty)
    }

    @Test("a technician makes an order for himself alone, and only for field work")
    func ownOrders() {
        func fields(_ type: String, _ assignee: RecordID) -> [String] {
            let values: [String: Value] = ["type": .text(type), "assignees": .reference(assignee)]
            return Permission.refusals(
                of: Self.write(Catalogue.workOrder, values, creating: true),
                by: .person(person, roles: RoleSet([.technician]))
            ).compactMap(\.field)
        }
        #expect(fields("repair", person).isEmpty && fields("emergency", person).isEmpty)
        #expect(fields("repair", colleague) == ["assignees"])
        #expect(fields("install", person) == ["type"])
    }

    @Test("a dispatcher plans for anybody")
    func dispatcher() {
        let values: [String: Value] = ["type": .text("install"), "assignees": .reference(colleague)]
        let write = Self.write(Catalogue.workOrder, values, creating: true)
        #expect(Permission.refusals(of: write, by: .person(person, roles: RoleSet([.dispatcher]))).isEmpty)
    }

    @Test("a visit of somebody else is not a technician's to write")
    func visits() {
        let technician = Writer.person(person, roles: RoleSet([.technician]))
        func refused(_ of: RecordID) -> Bool {
            let write = Self.write(Catalogue.visit, ["technician": .reference(of)], creating: true)
            return !Permission.refusals(of: write, by: technician).isEmpty
        }
        #expect(refused(colleague) && !refused(person))
    }

    @Test("work is the technician's to tell, plans are the dispatcher's", arguments: WorkEventKind.allCases)
    func events(_ kind: WorkEventKind) {
        func may(_ role: Role) -> Bool {
            let write = Self.write(Catalogue.workEvent, ["kind": .text(kind.rawValue)], creating: true)
            return Permission.refusals(of: write, by: .person(person, roles: RoleSet([role]))).isEmpty
        }
        #expect(may(.technician) == (!kind.isOffice || kind == .created))
        #expect(may(.dispatcher) == kind.isOffice)
        #expect(may(.serviceRep) == (kind == .created))
        #expect(may(.supervisor))
        #expect(!may(.auditor))
    }

    private static func mayWrite(_ right: Right) throws -> Bool {
        let parts = right.field.split(separator: ".").map(String.init)
        let entity = try #require(Catalogue.entity(named: parts[0]))
        let field = try #require(entity.field(named: parts[1]))
        return Permission.mayWrite(
            roles: RoleSet([right.role]), type: entity.tag, field: field.tag, creating: right.creating)
    }

    private static func write(_ entity: EntityDeclaration, _ values: [String: Value], creating: Bool) -> RecordWrite {
        ModelWrites.write(entity, values, creating: creating)
    }
}
