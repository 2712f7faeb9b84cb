/// The limits of keeping attachments, each with its unit in its name. Those of the exchange are `SyncWire.Limits`.
package enum BlobLimits {
    /// Space that attachments leave to the records on the same disk: twice what a node keeps back from those.
    package static let freeBytesMin: Int64 = 128 * 1024 * 1024
    /// What a device, or a branch, keeps before it drops what nodes above have, unless it was told otherwise. HQ drops
    /// nothing.
    package static let deviceQuotaBytes: Int64 = 2 * 1024 * 1024 * 1024
    package static let branchQuotaBytes: Int64 = 100 * 1024 * 1024 * 1024
    /// Transfers of one peer that have begun and are not complete.
    package static let partsPerPeerMax = 16
    /// After which nobody is expected to go on with a transfer.
    package static let partMilliseconds: Int64 = 7 * 24 * 60 * 60 * 1000
    /// Between the last record that names a blob and the blob's own end.
    package static let graceMilliseconds: Int64 = 30 * 24 * 60 * 60 * 1000
    /// How long a branch goes on asking for what a device once asked it for.
    package static let wantedMilliseconds: Int64 = 24 * 60 * 60 * 1000
    /// Waiting after the first transfer that a node would not begin; doubled after every further one, at most so often.
    package static let retryMilliseconds: Int64 = 500
    package static let retryDoublingsMax = 8
    /// Looked at in one go, so that no transaction is long.
    package static let rowsMax = 200
    /// Read or hashed at a time.
    static let pieceBytes = 256 * 1024
}
