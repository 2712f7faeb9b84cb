import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// When it occurred and what came before it, where an event does not say.
    func completed(_ draft: RecordDraft, _ access: ReadAccess) throws -> RecordDraft {
        guard let subject = Self.subjectOfEvent[draft.entity.tag] else { return draft }
        var event = draft
        if !event.edits("occurred_at") { event.put("occurred_at", nowInstant) }
        guard !event.edits("after"), let target = event.reference(subject.field) else { return event }
        for id in try access.newestEvents(of: target, type: subject.type) { event.put("after", .reference(id)) }
        if case .text(WorkEventKind.closed.rawValue)? = event.value("kind"), !event.edits("parts") {
            for use in try access.partUses(of: target) { event.put("parts", .reference(use.id)) }
        }
        return event
    }

    private static let subjectOfEvent = [
        EntityTag.workEvent: (field: "order", type: EntityTag.workOrder),
        EntityTag.assetEvent: (field: "asset", type: EntityTag.asset),
    ]
}
