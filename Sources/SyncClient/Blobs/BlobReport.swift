/// What one turn of the lane for attachments came to.
package struct BlobReport: Hashable, Sendable {
    /// Blobs that the upstream has now and was not known to have before.
    package internal(set) var sent = 0
    package internal(set) var sentBytes: Int64 = 0
    /// Blobs that are here now and were not before.
    package internal(set) var received = 0
    package internal(set) var receivedBytes: Int64 = 0
    /// Blobs that the upstream is still not known to have.
    package internal(set) var pending = 0

    package init() {}

    /// Another process carries attachments now.
    package mutating func noteOthersTurn(pending: Int) { self.pending = pending }
}
