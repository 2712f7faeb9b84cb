import Foundation
import SyncCore

/// How far the journal has come, and which file on which machine it is: whoever opens the database looks at this first. It
/// is rewritten in its place with each set.
struct JournalMark: Equatable {
    /// The replica that this device writes as, and its last set.
    var replica: ReplicaID
    var head: ChainPosition
    /// The seq before the transaction that wrote the mark: a crash leaves the database there.
    var seqBefore: UInt64
    /// Where the next record goes.
    var end: Int64
    let home: FileHome

    static let byteCount = 8 + 8 + 32 + 8 + 8 + 24

    var bytes: [UInt8] {
        Self.words([replica.raw, head.seq]) + head.hash
            + Self.words([seqBefore, UInt64(end), home.inode, home.birth, home.machine])
    }

    init(replica: ReplicaID, head: ChainPosition, seqBefore: UInt64, end: Int64, home: FileHome) {
        (self.replica, self.head, self.seqBefore, self.end, self.home) = (replica, head, seqBefore, end, home)
    }

    init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        func word(_ at: Int) -> UInt64 { bytes[at..<at + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        replica = ReplicaID(word(0))
        head = ChainPosition(seq: word(8), hash: Array(bytes[16..<48]))
        (seqBefore, end) = (word(48), Int64(clamping: word(56)))
        home = FileHome(inode: word(64), birth: word(72), machine: word(80))
    }

    private static func words(_ words: [UInt64]) -> [UInt8] {
        words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) } }
    }
}
