/// The limits of a node as a server, each with its unit in its name. Those of messages are `SyncWire.Limits`.
enum ServerLimits {
    // Connections
    static let connectionsMax = 10_000
    /// Longer than the longest wait of a pull.
    static let idleSeconds: Int64 = 120
    static let headerBytesMax = 16 * 1024
    static let headersMax = 100
    /// For requests that have begun when the node is told to end.
    static let drainSeconds: Int64 = 10
    static let farewellMilliseconds: Int64 = 500
    /// For connections to close after that.
    static let closeSeconds: Int64 = 5

    // Sessions
    static let sessionMilliseconds: Int64 = 15 * 60 * 1000
    static let nonceMilliseconds: Int64 = 2 * 60 * 1000

    // Work
    static let writesPerTransactionMax = 200
    static let queuedWritesMax = 5_000
    static let workerThreads = 4
    static let queuedWorkMax = 5_000
    /// Apart from the others, so that no request about records waits for the bytes of an attachment.
    static let blobThreads = 2
    static let queuedBlobWorkMax = 500
    /// Between looks at what may be collected; each looks at a sixteenth.
    static let sweepSeconds = 60
    /// Waiting pulls that look at the same time at what was committed: other requests never queue behind more of them.
    static let pullsLookingMax = 64

    /// How often an exchange of a branch that has nothing to push is noted.
    static let exchangeNoteMilliseconds: Int64 = 5_000

    // Disk
    /// Free space that a node keeps for itself.
    static let diskFreeBytesMin = 64 * 1024 * 1024

    // Certificates
    static let dayMilliseconds: Int64 = 24 * 60 * 60 * 1000
    static let rootDays: Int64 = 20 * 365
    static let branchDays: Int64 = 10 * 365
    static let deviceDays: Int64 = 400
    static let tlsDays = 10 * 365

    // Invitations
    static let deviceInviteMilliseconds: Int64 = 24 * 60 * 60 * 1000
    static let branchInviteMilliseconds: Int64 = 7 * 24 * 60 * 60 * 1000

    /// A verb's arguments and its standard input.
    static let controlBodyBytesMax = 256 * 1024 * 1024
}
