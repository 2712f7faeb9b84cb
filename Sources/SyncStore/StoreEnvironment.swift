package import SyncCore

/// What the store needs from the world, handed in: time and randomness.
package struct StoreEnvironment: Sendable {
    /// Milliseconds since 1970 by this machine's clock.
    package let wallMilliseconds: @Sendable () -> Int64
    package let randomWord: @Sendable () -> UInt64

    package init(
        wallMilliseconds: @escaping @Sendable () -> Int64, randomWord: @escaping @Sendable () -> UInt64
    ) {
        self.wallMilliseconds = wallMilliseconds
        self.randomWord = randomWord
    }

    package func newReplicaID() -> ReplicaID { ReplicaID(randomWord()) }

    package func newRecordID() -> RecordID {
        RecordID(milliseconds: wallMilliseconds(), random: (randomWord(), randomWord()))
    }
}

/// Whether the store is a device's (a base with own sets on top) or a node's (every set judged and applied here).
package enum StoreRole: String, Sendable {
    case device
    case branch
    case hq

    package var isNode: Bool { self != .device }
}
