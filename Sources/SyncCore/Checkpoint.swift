/// How far a replica has pulled from one node. A replica has one.
package struct Checkpoint: Hashable, Sendable {
    /// A random number that a node draws when it is new or finds that it was rolled back; never counted.
    package let epoch: UInt64
    package let position: UInt64
    /// Random per position, so that a rolled-back node is noticed even past that position.
    package let token: UInt64

    package init(epoch: UInt64, position: UInt64, token: UInt64) {
        self.epoch = epoch
        self.position = position
        self.token = token
    }
}

/// What a node makes of the checkpoint that a puller shows.
package enum CheckpointDecision: Hashable, Sendable {
    case good
    /// Of another epoch, of another node, or so old that its token is kept no more: reconcile.
    case foreign
    /// This node once gave it and does not know it: it was rolled back and opens a new epoch before anything else.
    case rolledBack

    /// - Parameters:
    ///   - oldest: the first position of which this node still keeps the token.
    ///   - tokenAt: the token that this node gave for a position; nil when it never reached it.
    package static func decide(
        _ shown: Checkpoint, epoch: UInt64, oldest: UInt64, tokenAt: (UInt64) -> UInt64?
    ) -> CheckpointDecision {
        if shown.epoch != epoch { return .foreign }
        if shown.position > 0 && shown.position < oldest { return .foreign }
        return tokenAt(shown.position) == shown.token ? .good : .rolledBack
    }
}
