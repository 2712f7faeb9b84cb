import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// An order that a technician makes for himself: field work that no order announced. He has accepted it.
    package func newJob(asset: String, type: String, text: String?) throws -> Report {
        let (order, visit) = try store.write { access in
            let order = try ownOrder(asset: asset, type: type, text: text, access)
            let visit = try self.visit(nil, of: order, [], access)
            let created = try event(JobStep(.created), order: order.id, visit: nil, after: [], access)
            let accepted = try event(
                JobStep(.accepted), order: order.id, visit: visit.id, after: [created.id], access)
            try commit([order, visit, created, accepted], access)
            return (order, visit)
        }
        return stepped(order, visit, .created)
    }

    private func ownOrder(asset: String, type: String, text: String?, _ access: WriteAccess) throws -> RecordDraft {
        let machine = try existing(asset, type: EntityTag.asset, access)
        let arguments = ["type=\(type)"] + (text.map { ["notes+=\($0)"] } ?? [])
        let fields = FieldEdits(entity: Catalogue.workOrder, creating: true, access: access)
        var order = try newDraft(Catalogue.workOrder, fields.edits(FieldArgument.parse(arguments)), access)
        order.put("asset", .reference(machine.id))
        if let site = machine.reference("site") { order.put("site", .reference(site)) }
        order.put("assignees", .reference(author))
        return order
    }
}
