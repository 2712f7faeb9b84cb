package import SyncCore

/// One event of an asset, as a fold needs it.
package struct AssetEvent: CausalEvent, Hashable {
    package let id: RecordID
    package let kind: AssetEventKind
    package let author: RecordID
    package let timestamp: Timestamp
    package let occurredAt: Instant?
    package let after: [RecordID]
    package let outcome: String?
    /// What it was attached to, or exchanged for.
    package let other: RecordID?

    package init(
        id: RecordID, kind: AssetEventKind, author: RecordID, timestamp: Timestamp, occurredAt: Instant? = nil,
        after: [RecordID] = [], outcome: String? = nil, other: RecordID? = nil
    ) {
        self.id = id
        self.kind = kind
        self.author = author
        self.timestamp = timestamp
        self.occurredAt = occurredAt
        self.after = after
        self.outcome = outcome
        self.other = other
    }
}
