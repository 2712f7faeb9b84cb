package import SyncCore

/// Something that a bundle goes on from and that is not here: what stands between is in another one.
package struct BundleGap: Hashable, Sendable {
    /// Whose change sets, or which node's positions.
    package let of: String
    /// The chain; nil: positions are missing.
    package let replica: ReplicaID?
    /// The first and the last that is missing.
    package let from: UInt64
    package let to: UInt64

    package init(of name: String, replica: ReplicaID?, from: UInt64, to: UInt64) {
        of = name
        self.replica = replica
        self.from = from
        self.to = to
    }
}

/// A run of a bundle that was turned away.
package struct BundleRefusal: Hashable, Sendable {
    package let replica: ReplicaID
    /// A code of the catalogue, and what happened in one sentence.
    package let code: String
    package let message: String

    package init(replica: ReplicaID, code: String, message: String) {
        self.replica = replica
        self.code = code
        self.message = message
    }
}
