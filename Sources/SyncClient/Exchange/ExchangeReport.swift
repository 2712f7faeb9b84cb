package import SyncCore

/// What one exchange came to.
package struct ExchangeReport: Hashable, Sendable {
    /// A run that the node would not take.
    package struct RunRefusal: Hashable, Sendable {
        package let replica: ReplicaID
        /// A code of the catalogue, and what happened in one sentence.
        package let code: String
        package let message: String
    }

    /// Change sets that a node vouches for now and none did before.
    package internal(set) var sent = 0
    /// Record states that came down.
    package internal(set) var received = 0
    /// Scopes that this replica holds no more, and further records that left those that it holds.
    package internal(set) var dropped = 0
    package internal(set) var evicted = 0
    /// Own change sets that were refused in this exchange.
    package internal(set) var rejected = 0
    package internal(set) var refusedRuns: [RunRefusal] = []
    /// Change sets that no node vouches for yet; at a branch those that it relays too.
    package internal(set) var pending = 0
    /// Whether this replica stands on a consistent cut of the node's records.
    package internal(set) var complete = false
    /// The node has not completed its own first pull yet.
    package internal(set) var bootstrapping = false
    /// Whether the two sides compared what they hold, because the checkpoint was not this node's.
    package internal(set) var reconciled = false
    /// Of that comparison: scopes that were not the same on both sides, and records that the node does not hold.
    package internal(set) var differing: [String] = []
    package internal(set) var missing: [RecordID] = []
    /// Records that the node had lost and that were sent up again.
    package internal(set) var witnessed = 0
    /// The new replica, when this one was found to be a copy and wrote its unsent sets again.
    package internal(set) var reauthored: ReplicaID?
    /// Why a copy got no new code for its readable numbers.
    package internal(set) var renewalFailure: ExchangeFailure?
    /// The node's URL, what it calls itself and its epoch.
    package internal(set) var upstream = ""
    package internal(set) var node = ""
    package internal(set) var epoch: UInt64 = 0
    /// How far this machine's clock is ahead of the node's; nil when the node did not say.
    package internal(set) var offsetMilliseconds: Int64?
}
