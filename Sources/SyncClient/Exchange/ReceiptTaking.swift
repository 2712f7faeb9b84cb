import SyncCore
import SyncStore

/// What came of taking a node's receipts.
struct ReceiptsTaken {
    /// Sets that were refused and were not before.
    var rejected = 0
    /// The node holds another set than this device made, or more than it made.
    var fork: ForkFound?

    mutating func add(_ other: ReceiptsTaken) {
        rejected += other.rejected
        fork = fork ?? other.fork
    }
}

extension WriteAccess {
    /// Takes note of verified receipts.
    func takeAll(_ receipts: [NodeReceipt]) throws -> ReceiptsTaken {
        var taken = ReceiptsTaken()
        for receipt in receipts { taken.add(try takeOne(receipt)) }
        return taken
    }

    private func takeOne(_ receipt: NodeReceipt) throws -> ReceiptsTaken {
        try lookForLost(in: receipt)
        let isInUse = try deviceReplica() == receipt.replica
        let receipt = role.isNode || isInUse ? receipt : try clipped(receipt)
        let first = receipt.summary.firstSeq
        let before = try summary(of: receipt.replica, from: first).refusals.count
        do {
            try take(receipt)
        } catch is ReceiptMismatch {
            // A node that only relays the chain learns of the fork from the answer to its run.
            return ReceiptsTaken(fork: role.isNode ? nil : ForkFound(replica: receipt.replica, from: nil))
        }
        let after = try summary(of: receipt.replica, from: first).refusals.count
        let head = try head(of: receipt.replica)
        let isSetBack = isInUse && receipt.summary.head.seq > head.seq
        return ReceiptsTaken(
            rejected: max(0, after - before),
            fork: isSetBack ? ForkFound(replica: receipt.replica, from: head.seq + 1) : nil)
    }

    /// Of a chain that was left after a fork only the beginning is this device's: what the node holds beyond is the other
    /// copy's.
    private func clipped(_ receipt: NodeReceipt) throws -> NodeReceipt {
        let last = try chains().first { $0.replica == receipt.replica }.map { try lastOffered(of: $0) } ?? 0
        let summary = receipt.summary
        guard summary.head.seq > last, let hash = try hash(of: receipt.replica, at: last) else { return receipt }
        return NodeReceipt(
            node: receipt.node, isHQ: receipt.isHQ, epoch: receipt.epoch, replica: receipt.replica,
            summary: ChainSummary(
                replicaHead: ChainPosition(seq: last, hash: hash), firstSeq: summary.firstSeq,
                refusals: summary.refusals.filter { $0.key <= last }, undecided: summary.undecided.filter { $0 <= last }
            ),
            bytes: receipt.bytes)
    }
}
