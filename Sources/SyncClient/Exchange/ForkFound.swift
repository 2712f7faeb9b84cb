import SyncCore

/// A node holds other sets of an own chain than this device made: this device is a copy, or was set back.
struct ForkFound: Error {
    let replica: ReplicaID
    /// The seq at which the chains part; nil when it is not known.
    let from: UInt64?
}
