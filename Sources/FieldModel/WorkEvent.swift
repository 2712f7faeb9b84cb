package import SyncCore

/// One event of a work order, as a fold needs it.
package struct WorkEvent: CausalEvent, Hashable {
    package let id: RecordID
    package let kind: WorkEventKind
    package let author: RecordID
    package let timestamp: Timestamp
    package let occurredAt: Instant?
    package let after: [RecordID]
    package let reason: String?
    package let visit: RecordID?
    /// Of an assignment or reassignment: who is to do the work from then on; empty where it does not say.
    package let assignees: [RecordID]
    /// Of a closing: the parts used that its author had seen.
    package let parts: [RecordID]

    package init(
        id: RecordID, kind: WorkEventKind, author: RecordID, timestamp: Timestamp, occurredAt: Instant? = nil,
        after: [RecordID] = [], reason: String? = nil, visit: RecordID? = nil, assignees: [RecordID] = [],
        parts: [RecordID] = []
    ) {
        self.id = id
        self.kind = kind
        self.author = author
        self.timestamp = timestamp
        self.occurredAt = occurredAt
        self.after = after
        self.reason = reason
        self.visit = visit
        self.assignees = assignees
        self.parts = parts
    }
}
