package import SyncCore

/// What the events of an asset amount to: the same for the same events in whatever order they came.
package struct AssetFold: Sendable, Hashable {
    package let condition: AssetCondition
    package let installedAt: Instant?
    package let installedBy: RecordID?
    /// The asset that it is a part of.
    package let parent: RecordID?
    /// Attachments that were written concurrently with the one that `parent` shows, to something else: for a person.
    package let rivalAttachments: [RecordID]

    package init(events: [AssetEvent]) {
        let causality = Causality(events)
        condition = Self.condition(causality)
        let installed = Self.installation(causality)
        installedAt = installed?.occurredAt
        installedBy = installed?.author
        let attachments = Self.attachments(causality)
        parent = attachments.first?.other
        rivalAttachments = attachments.dropFirst().filter { [parent] in $0.other != parent }.map(\.id)
    }

    /// Of what was stated concurrently the worst: a machine that somebody found faulty is not in use because somebody
    /// else, who did not know, finished its repair.
    private static func condition(_ causality: Causality<AssetEvent>) -> AssetCondition {
        let telling = causality.places { condition(after: $0) != nil }
        let stated = causality.newest(telling).compactMap { condition(after: causality.events[$0]) }
        return AssetCondition.allCases.last(where: stated.contains) ?? .new
    }

    /// Of installations written concurrently the one that occurred first.
    private static func installation(_ causality: Causality<AssetEvent>) -> AssetEvent? {
        causality.newest(causality.places { $0.kind == .installed }).map { causality.events[$0] }
            .min { occurred($0) < occurred($1) }
    }

    private static func occurred(_ event: AssetEvent) -> (Int64, RecordID) {
        (event.occurredAt?.milliseconds ?? .max, event.id)
    }

    /// The newest attachments, the one to be shown first; none when the newest word is that it was taken out.
    /// Attached and taken out concurrently, it counts as attached, so that the part is looked for where it may be.
    private static func attachments(_ causality: Causality<AssetEvent>) -> [AssetEvent] {
        let moves = causality.places { ($0.kind == .attached && $0.other != nil) || $0.kind == .detached }
        return causality.newest(moves).map { causality.events[$0] }.filter { $0.kind == .attached }
    }

    private static func condition(after event: AssetEvent) -> AssetCondition? {
        switch event.kind {
        case .delivered: .new
        case .installed, .commissioned: .inUse
        case .failed: .faulty
        case .handedIn, .repairStarted, .partWaitStarted, .partWaitEnded: .inRepair
        case .repairEnded: hasFailed(event.outcome) ? .faulty : .inUse
        case .exchanged: .replaced
        // What came back is never sold as new again (rule G8 of the three guarantees).
        case .returned: .refurbished
        case .retired: .retired
        case .attached, .detached, .moved, .transferred, .inspected: nil
        }
    }

    private static func hasFailed(_ outcome: String?) -> Bool {
        ["failed", "not_repaired", "unrepaired", "faulty", "未修复", "失败"].contains(outcome ?? "")
    }
}
