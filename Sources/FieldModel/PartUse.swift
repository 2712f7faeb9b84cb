package import SyncCore

/// A part that was used at a visit, as the fold of the order needs it.
package struct PartUse: Sendable, Hashable {
    package let id: RecordID
    package let author: RecordID
    package let timestamp: Timestamp

    package init(id: RecordID, author: RecordID, timestamp: Timestamp) {
        self.id = id
        self.author = author
        self.timestamp = timestamp
    }
}
