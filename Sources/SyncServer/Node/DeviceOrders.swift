package import SyncCore
package import SyncStore

/// The orders about devices that a node gives.
package struct DeviceOrders: Sendable {
    private let identity: NodeIdentity

    package init(_ identity: NodeIdentity) { self.identity = identity }

    /// - Returns: the order's record.
    package func give(_ draft: DeviceOrderDraft, _ access: WriteAccess) throws -> RecordID {
        try access.order(draft, author: identity.record)
    }
}
