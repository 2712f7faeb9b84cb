package import FieldModel
import SyncCore
import SyncStore
import SyncWire

/// What a technician says of his work on an order.
package struct JobStep {
    package var kind: WorkEventKind
    package var reason: String?
    /// When it occurred, as typed; nil: now.
    package var at: String?
    /// KEY=VALUE for the order, such as a resolution.
    package var order: [String]
    /// KEY=VALUE for his visit, such as a summary.
    package var visit: [String]

    package init(
        _ kind: WorkEventKind, reason: String? = nil, at: String? = nil, order: [String] = [], visit: [String] = []
    ) {
        self.kind = kind
        self.reason = reason
        self.at = at
        self.order = order
        self.visit = visit
    }
}

extension VerbContext {
    /// Writes a step of this person's visit to an order; the first step makes the visit.
    package func job(_ step: JobStep, on ref: String) throws -> Report {
        let (order, visit) = try store.write { access in
            var order = try existing(ref, type: EntityTag.workOrder, access)
            order.edits = try edits(step.order, of: order, access)
            let open = try OpenVisit.of(author, to: order.id, access)
            let visit = try self.visit(open, of: order, step.visit, access)
            let newest = try access.newestEvents(of: order.id, type: EntityTag.workOrder)
            let event = try self.event(step, order: order.id, visit: visit.id, after: newest, access)
            let repair = try repairEvent(step, order, access)
            let changed = [order, visit].filter { $0.creates || !$0.edits.isEmpty }
            try commit(changed + [event] + (repair.map { [$0] } ?? []), access)
            return (order, visit)
        }
        return stepped(order, visit, step.kind)
    }

    private func edits(_ arguments: [String], of draft: RecordDraft, _ access: ReadAccess) throws -> [FieldEdit] {
        try FieldEdits(entity: draft.entity, creating: false, access: access).edits(FieldArgument.parse(arguments))
    }

    /// His open visit to the order, or a new one where he has none.
    func visit(
        _ open: RecordID?, of order: RecordDraft, _ arguments: [String], _ access: WriteAccess
    ) throws -> RecordDraft {
        if let open {
            var visit = try existing(open.description, type: EntityTag.visit, access)
            visit.edits = try edits(arguments, of: visit, access)
            return visit
        }
        var visit = try newDraft(Catalogue.visit, [], access)
        visit.put("order", .reference(order.id))
        visit.put("technician", .reference(author))
        visit.edits += try edits(arguments, of: visit, access)
        return visit
    }

    func event(
        _ step: JobStep, order: RecordID, visit: RecordID?, after: [RecordID], _ access: WriteAccess
    ) throws -> RecordDraft {
        var event = try newDraft(Catalogue.workEvent, [], access)
        event.put("order", .reference(order))
        if let visit { event.put("visit", .reference(visit)) }
        event.put("kind", .text(step.kind.rawValue))
        event.put("occurred_at", try occurrence(step.at))
        if let reason = step.reason { event.put("reason", .text(reason)) }
        for id in after { event.put("after", .reference(id)) }
        return event
    }

    /// A moment that somebody typed; now where he typed none.
    func occurrence(_ text: String?) throws -> Value {
        guard let text else { return nowInstant }
        let milliseconds = try moment(text)
        let zone = LocalZone.offsetMinutes(at: milliseconds)
        let typed = try? ValueText.parse(text, as: .instant) { _, _ in RecordID(high: 0, low: 0) }
        return typed ?? .instant(milliseconds: milliseconds, offsetMinutes: zone)
    }

    func stepped(_ order: RecordDraft, _ visit: RecordDraft, _ kind: WorkEventKind) -> Report {
        var report = written(order, doing: kind.label)
        guard case .object(let members)? = report.json else { return report }
        let number: JSONValue = if case .text(let text)? = visit.value("number") { .string(text) } else { .null }
        let made: [(String, JSONValue)] = [
            ("kind", .string(kind.rawValue)),
            ("visit", .object([("id", .string(visit.id.description)), ("number", number)])),
        ]
        report.json = .object(members + made)
        return report
    }
}
