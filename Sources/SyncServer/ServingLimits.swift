import SyncWire

/// The limits of a node as a server that one serving may have narrower, each with its unit in its name. Those that are the
/// same for all are `ServerLimits`, those of messages `SyncWire.Limits`.
struct ServingLimits: Sendable {
    // Connections
    var connectionsMax = 10_000
    /// Many devices may share an address; no single one gets all connections.
    var connectionsPerAddressMax = 2_000
    /// A handshake costs about a millisecond. All devices behind an address may come back at once.
    var newConnectionsPerAddress = Rate(perSecond: 100, burst: 2_000)
    /// Longer than the longest wait of a pull.
    var idleSeconds = 120.0
    /// A tenth of what a line of 23 kbit/s moves.
    var bytesPerSecondMin = 256
    /// How long less may be moved before a connection is closed.
    var stallSeconds = 30.0
    /// Between looks at how much was moved.
    var lookSeconds = 5.0
    /// For requests that have begun when the node is told to end.
    var drainSeconds = 10.0

    // Askers
    var device = Allowance(requests: Rate(perSecond: 50, burst: 200), requestsAtOnceMax: 16)
    var branch = Allowance(requests: Rate(perSecond: 200, burst: 2_000), requestsAtOnceMax: 64)
    /// Without a session: all devices behind an address may open theirs at once.
    var address = Allowance(requests: Rate(perSecond: 100, burst: 4_000), requestsAtOnceMax: 256)
    /// Devices, branches and addresses that are kept apart; some hundred bytes each.
    var askersMax = 100_000
    /// Nonces that opened a session in the last minutes.
    var noncesMax = 100_000

    /// That a pull is held while there is nothing new.
    var waitSecondsMax = Limits.waitSecondsMax

    // Memory
    var bodyBytesAtOnceMax = 20_000_000
    /// Of long messages and of short ones, of what they take while they are decoded and done.
    var longMessageBytesAtOnceMax = 24_000_000
    var shortMessageBytesAtOnceMax = 12_000_000
    /// Of messages of pulls that wait; when there are more, a pull is answered at once.
    var waitingMessageBytesMax = 12_000_000
    var answerBytesAtOnceMax = 24_000_000

    // Work
    var queuedWritesMax = 5_000
    var queuedWorkMax = 5_000
    var queuedBlobWorkMax = 500
    /// A verb's arguments and its standard input.
    var controlBodyBytesMax = 256 * 1024 * 1024
}
