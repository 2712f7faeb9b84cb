import SyncCore
import SyncStore

/// The node that this replica last had a receipt of: its key, kept with the epoch by which the node is known again before it
/// has signed anything (an epoch is random and never used twice), and where it said that it stands with what it vouches for.
struct NodeMark: Equatable {
    let epoch: UInt64
    /// 32 bytes.
    let key: [UInt8]
    /// Of that epoch; nil where the node did not say it. One that the node does not know says that it was set back.
    let checkpoint: Checkpoint?

    private static let metaKey = "exchange.node"
    private static let keyBytes = 32

    init(epoch: UInt64, key: [UInt8], checkpoint: Checkpoint?) {
        self.epoch = epoch
        self.key = key
        self.checkpoint = checkpoint?.epoch == epoch ? checkpoint : nil
    }

    init?(_ access: ReadAccess) throws {
        guard let bytes = try access.meta(Self.metaKey), bytes.count >= 8 + Self.keyBytes else { return nil }
        let words = Array(bytes.prefix(8)) + bytes.dropFirst(8 + Self.keyBytes)
        func word(_ index: Int) -> UInt64 {
            words.dropFirst(8 * index).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }
        epoch = word(0)
        key = Array(bytes.dropFirst(8).prefix(Self.keyBytes))
        checkpoint =
            words.count == 24 ? Checkpoint(epoch: word(0), position: word(1), token: word(2)) : nil
    }

    /// The later of two checkpoints of an epoch stays.
    func keep(_ access: WriteAccess) throws {
        if let kept = try NodeMark(access), kept.epoch == epoch, kept.key == key, kept.position >= position { return }
        let words = [epoch] + (checkpoint.map { [$0.position, $0.token] } ?? [])
        let bytes = words.map { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) } }
        try access.setMeta(Self.metaKey, bytes[0] + key + bytes.dropFirst().flatMap(\.self))
    }

    private var position: UInt64 { checkpoint?.position ?? 0 }
}
