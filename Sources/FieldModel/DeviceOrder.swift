package import SyncCore

/// A `device_order` record as far as a device's standing follows from it.
package struct DeviceOrder: Hashable, Sendable {
    package let id: RecordID
    package let kind: DeviceOrderKind
    /// When it was given: milliseconds since 1970.
    package let at: Int64
    /// The orders about the device that its author knew of.
    package let after: Set<RecordID>
    /// Of a compromise: milliseconds since 1970; nil: since it was given.
    package let since: Int64?
    /// Of a handover: the person.
    package let to: RecordID?
    /// Of a wipe: whether the device sends what it has first.
    package let keepsWork: Bool
    /// Of a handover that was done: the device that came of it.
    package let successor: RecordID?
    package let reason: String

    package init(
        id: RecordID, kind: DeviceOrderKind, at: Int64, after: Set<RecordID> = [], since: Int64? = nil,
        to: RecordID? = nil, keepsWork: Bool = true, successor: RecordID? = nil, reason: String = ""
    ) {
        self.id = id
        self.kind = kind
        self.at = at
        self.after = after
        self.since = since
        self.to = to
        self.keepsWork = keepsWork
        self.successor = successor
        self.reason = reason
    }
}
