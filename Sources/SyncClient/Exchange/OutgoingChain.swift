import SyncCore
import SyncStore

/// What is still to send of one chain.
struct OutgoingChain {
    let replica: ReplicaID
    /// The seq of the next set to send.
    private(set) var next: UInt64
    /// The seq of the last set to send.
    let last: UInt64
    /// Up to here some node vouched for the chain before this exchange.
    let vouched: UInt64
    /// the node holds sets of it, and with them its author's certificates.
    private(set) var isKnownThere: Bool
    private var resends = 0

    /// How often a node may ask for earlier sets of a chain before the exchange gives it up: a node that is in its
    /// right mind asks once.
    private static let resendsMax = 3

    var left: UInt64 { next > last ? 0 : last - next + 1 }

    mutating func sent(upTo seq: UInt64) {
        next = seq + 1
        isKnownThere = true
    }

    /// In a bundle every run names its author: whoever reads it cannot ask.
    mutating func bundled(upTo seq: UInt64) { next = seq + 1 }

    /// How many of these sets nobody vouched for before.
    func newlyVouched(_ seqs: ClosedRange<UInt64>) -> Int { seqs.count { $0 > vouched } }

    /// Nothing more of it goes out in this exchange.
    mutating func giveUp() { next = last + 1 }

    /// - Returns: false when the node has asked too often.
    mutating func resend(from seq: UInt64) -> Bool {
        resends += 1
        next = seq
        isKnownThere = false
        return resends <= Self.resendsMax
    }
}

extension OutgoingChain {
    /// Starts after what this node vouched for in its present epoch, or after what HQ has.
    init(
        _ chain: (replica: ReplicaID, last: UInt64), to session: Session, mark: NodeMark?, _ access: ReadAccess
    ) throws {
        let vouched = try access.receiptSeqs(of: chain.replica)
        let byNode = try mark.flatMap { try access.receipt(of: chain.replica, by: $0.key) }
        replica = chain.replica
        last = chain.last
        self.vouched = vouched.branch
        let isOfThisEpoch = byNode?.epoch == session.epoch
        isKnownThere = isOfThisEpoch && (byNode?.seq ?? 0) > 0
        if let byNode, isOfThisEpoch {
            next = (session.isHQ ? byNode.seq : max(byNode.seq, vouched.hq)) + 1
        } else {
            // An HQ of another epoch may have lost what it vouched for: it is shown the last set, and asks for more.
            next = session.isHQ ? max(min(vouched.hq + 1, last), 1) : vouched.hq + 1
        }
    }

    /// Starts where whoever reads a bundle is likely to stand, since nobody can ask for more: after what HQ has,
    /// or what the node that was heard last has, when that is less.
    /// - Parameter all: from the first set that is here.
    init(bundling chain: (replica: ReplicaID, last: UInt64), all: Bool, mark: NodeMark?, _ access: ReadAccess) throws {
        let vouched = try access.receiptSeqs(of: chain.replica)
        let byNode = try mark.flatMap { try access.receipt(of: chain.replica, by: $0.key) }
        replica = chain.replica
        last = chain.last
        self.vouched = vouched.branch
        isKnownThere = false
        next = all ? 1 : min(vouched.hq, byNode?.seq ?? vouched.hq) + 1
    }
}
