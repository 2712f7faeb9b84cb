package import SyncCore

/// The hash that chains a replica's change sets. It names the replica, every set before, and their order.
package enum ChainHash {
    /// What the first set of a replica follows. R-12
    package static func start(of replica: ReplicaID) -> [UInt8] {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: replica.raw >> UInt64(56 - 8 * $0)) }
        return Hash.sha256(Array("fieldsync chain v1\0".utf8), bytes)
    }

    /// - Returns: 32 bytes.
    package static func next(after previous: [UInt8], set: [UInt8]) -> [UInt8] { Hash.sha256(previous, set) }
}
