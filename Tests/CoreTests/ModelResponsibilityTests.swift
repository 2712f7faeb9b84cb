import FieldModel
import SyncCore
import Testing

@Suite("Whose decision something is")
struct ModelResponsibilityTests {
    @Test("is the owner's, and once it is overdue the branch manager's too")
    func concerns() {
        let late = Responsibility.of(.cancelledButDone)
        let due = late.due(since: 1_000)
        #expect(due > 1_000 && late.owner == .dispatcher)
        #expect(late.concerns(RoleSet([.dispatcher]), since: 1_000, now: 1_001))
        #expect(!late.concerns(RoleSet([.technician, .branchManager, .supervisor]), since: 1_000, now: due))
        #expect(late.concerns(RoleSet([.branchManager]), since: 1_000, now: due + 1))
        #expect(!late.concerns(RoleSet([.technician]), since: 1_000, now: due + 1))
    }

    @Test(
        "follows from the field",
        arguments: [
            ("account.name", Role.dataSteward), ("account.tax_id", .dataSteward), ("asset.serial", .dataSteward),
            ("request.severity", .supervisor), ("work_order.fault_code", .supervisor),
            ("asset.sale_date", .branchManager), ("asset.invoice_no", .branchManager),
        ])
    func fields(_ name: String, _ owner: Role) throws {
        let words = name.split(separator: ".").map(String.init)
        let entity = try #require(Catalogue.entity(named: words[0]))
        let field = try #require(entity.field(named: words[1]))
        #expect(Responsibility.of(entity.tag, field.tag).owner == owner)
    }

    @Test("whoever is asked may also decide")
    func mayDecide() {
        for entity in Catalogue.entities {
            let asked = entity.fields.filter { $0.kind == .review || $0.kind == .ranked }.map(\.tag) + [.deleted]
            for field in asked where !(entity.neverEdited && field != .deleted) {
                let owner = Responsibility.of(entity.tag, field).owner
                #expect(
                    Permission.mayWrite(roles: RoleSet([owner]), type: entity.tag, field: field, creating: false),
                    "\(owner) decides field \(field) of \(entity.name)")
            }
        }
        for reason in OrderFlag.Reason.allCases {
            let roles = RoleSet([Responsibility.of(reason).owner])
            let kind = EntityTag.workEvent
            for name in ["kind", "decision", "assignees", "parts"] {
                guard let field = Catalogue.workEvent.field(named: name) else {
                    Issue.record("no field \(name)")
                    continue
                }
                #expect(Permission.mayWrite(roles: roles, type: kind, field: field.tag, creating: true))
            }
        }
    }
}
