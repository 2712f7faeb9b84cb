import SyncCore
import SyncStore

/// The key of the node that this replica last had a receipt of, kept with the epoch by which the node is known again
/// before it has signed anything: an epoch is random and never used twice.
struct NodeMark: Equatable {
    let epoch: UInt64
    /// 32 bytes.
    let key: [UInt8]

    private static let metaKey = "exchange.node"

    init(epoch: UInt64, key: [UInt8]) {
        self.epoch = epoch
        self.key = key
    }

    init?(_ access: ReadAccess) throws {
        guard let bytes = try access.meta(Self.metaKey), bytes.count == 40 else { return nil }
        epoch = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        key = Array(bytes.dropFirst(8))
    }

    func keep(_ access: WriteAccess) throws {
        let epochBytes = (0..<8).map { UInt8(truncatingIfNeeded: epoch >> UInt64(56 - 8 * $0)) }
        try access.setMeta(Self.metaKey, epochBytes + key)
    }
}
