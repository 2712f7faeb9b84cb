/// The limits of a node as a server, each with its unit in its name. Those that one serving may have narrower are
/// `ServingLimits`, those of messages `SyncWire.Limits`.
enum ServerLimits {
    // Connections
    /// Files that are open besides connections: the database for each reader, blobs, logs, the control socket.
    static let filesMax = 1_000
    /// That are read at a time; a few such pieces of a body wait beside the room for bodies.
    static let readBytesMax = 16 * 1024
    /// Of an answer, in the kernel and not yet on its way.
    static let unsentBytes = 32 * 1024
    /// Of a long answer, that is given to the connection at a time.
    static let answerPieceBytes = 64 * 1024
    static let headerBytesMax = 16 * 1024
    static let headersMax = 100
    static let farewellMilliseconds: Int64 = 500
    /// For connections to close once requests have ended.
    static let closeSeconds: Int64 = 5

    // Sessions
    static let sessionMilliseconds: Int64 = 15 * 60 * 1000
    static let nonceMilliseconds: Int64 = 2 * 60 * 1000

    // Askers
    /// The longest that a request is held because its asker asks too much.
    static let holdSecondsMax = 10.0
    /// So much work of the processor costs as much as a request.
    static let requestWorkSeconds = 0.01
    /// Between two lines in the log about one asker.
    static let tellSeconds = 60.0
    /// With fewer than these nobody is forgotten.
    static let askersSweptMin = 1_000

    // Memory
    /// A longer body waits for its asker's other long ones; a part of an attachment is no longer than that.
    static let shortBodyBytesMax = 256 * 1024
    /// Of memory. A message that takes more waits with the long ones.
    static let shortMessageBytesMax = 512 * 1024
    /// What the bytes of a message take while it is decoded and done: themselves, and what is decoded of them as it grows.
    static let messageCopies = 3
    /// What a piece of a list takes besides.
    static let pieceBytes = 100
    /// What is decoded of a byte of a change set; one set of a request at a time is.
    static let setCopies = 20
    /// After a message that took so much, what is free is given back to the system: pieces are small and lie scattered.
    static let givenBackBytesMin = 4_000_000
    /// What a page takes while it is made: states, message, compressed answer.
    static let pageCopies = 3
    /// A page gets this part of the room that is free, and at least so many bytes.
    static let answerShares = 4
    static let pageBytesMin = 64 * 1024

    // Work
    static let writesPerTransactionMax = 200
    static let workerThreads = 4
    /// Apart from the others, so that no request about records waits for the bytes of an attachment.
    static let blobThreads = 2
    /// Between looks at what may be collected; each looks at a sixteenth.
    static let sweepSeconds = 60.0
    /// Between two looks at who holds what by now, at least and at most; after one that failed.
    static let (duePauseSeconds, dueWaitSecondsMax, dueRetrySeconds) = (1.0, 3_600.0, 60.0)
    /// Between two looks at what is to be forgotten or archived, and between two steps while there is some: a step is one
    /// set of stubs, or one segment of the log.
    static let (housekeepingSeconds, housekeepingPauseSeconds) = (60.0, 0.2)
    /// Before the first step of either, and after one that failed.
    static let choreRetrySeconds = 60.0
    /// Waiting pulls that look at the same time at what was committed: other requests never queue behind more of them.
    static let pullsLookingMax = 64
    /// Commits of which it is remembered whom they concern, for pulls that begin to wait meanwhile.
    static let commitsRememberedMax = 1_024

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
}
