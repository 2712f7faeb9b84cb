/// The limits of backups, each with its unit in its name.
enum BackupLimits {
    /// Pages that changed in one second are kept in memory until the second is over, up to this.
    static let pendingBytesMax = 8 * 1024 * 1024
    /// Of the pages of one piece.
    static let pieceBytesMax = 64 * 1024 * 1024
    /// A node whose backups have stopped does not fill its disk with what they would fetch: then it keeps nothing more,
    /// and the next backup begins anew.
    static let archiveBytesMax = 2 * 1024 * 1024 * 1024
    /// Frames of the write-ahead log after which it is taken into the database, as SQLite does by itself.
    static let checkpointFrames = 1_000
    /// A new base is made when the last one is older, or when what changed since is larger than the base.
    static let baseSeconds: Int64 = 7 * 24 * 60 * 60
    static let copiedBytes = 1024 * 1024
}
