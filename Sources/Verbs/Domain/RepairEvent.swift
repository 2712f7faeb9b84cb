import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// What a step of a repair says of the machine itself: its history, its condition and its cover follow from events of
    /// the machine, not from orders. Nil for other steps, and where the order names no machine.
    func repairEvent(_ step: JobStep, _ order: RecordDraft, _ access: WriteAccess) throws -> RecordDraft? {
        guard let kind = Self.repairEvents[step.kind], let asset = order.reference("asset"),
            case .text(let type)? = order.value("type"), Self.repairs.contains(type)
        else { return nil }
        var event = try newDraft(Catalogue.assetEvent, [], access)
        event.put("asset", .reference(asset))
        event.put("kind", .text(kind.rawValue))
        event.put("occurred_at", try occurrence(step.at))
        if kind == .repairEnded, let resolution = order.value("resolution") { event.put("text", resolution) }
        return try completed(event, access)
    }

    private static let repairEvents: [WorkEventKind: AssetEventKind] = [
        .started: .repairStarted, .finished: .repairEnded,
    ]
    /// Types of orders that put a machine right.
    private static let repairs: Set<String> = ["repair", "emergency"]
}
