import SyncCore
import SyncStore

/// Chains as this replica offers them to its upstream.
extension ReadAccess {
    /// The last set of a chain that counts; 0 when none does. On a device the sets after a fork count no more, whatever a
    /// branch said of them: they were written again under another replica and stay in the log as what they were.
    func lastOffered(of chain: (replica: ReplicaID, head: UInt64, own: Bool)) throws -> UInt64 {
        if role.isNode { return chain.head }
        if try deviceReplica() == chain.replica { return chain.head }
        let first = try receiptSeqs(of: chain.replica).hq + 1
        let entries = try entries(of: chain.replica, from: first, limit: .max, bytesMax: .max)
        return entries.prefix { $0.own }.last?.seq ?? first - 1
    }

    /// A node offers every chain in its log, a device its own.
    func offeredChains() throws -> [(replica: ReplicaID, last: UInt64)] {
        try chains().filter { role.isNode || $0.own }.map { ($0.replica, try lastOffered(of: $0)) }
    }

    /// Sets that no node vouches for.
    package func pendingSets() throws -> Int {
        try offeredChains().reduce(0) { sum, chain in
            let vouched = try receiptSeqs(of: chain.replica).branch
            return sum + Int(chain.last > vouched ? chain.last - vouched : 0)
        }
    }

    /// The heads that a pull shows: of the replica in use, so that a copy is found before it reads, and of own chains
    /// that wait for HQ's receipt.
    func shownHeads(limit: Int) throws -> [ShownHead] {
        let inUse = try deviceReplica()
        var heads: [ShownHead] = []
        for replica in try ownReplicas() {
            let last = try lastOffered(of: (replica, head(of: replica).seq, true))
            let settled = try receiptSeqs(of: replica).hq >= last && replica != inUse
            guard last > 0, !settled, let hash = try hash(of: replica, at: last) else { continue }
            let hq = try hqReceipt(of: replica)
            heads.append(
                ShownHead(
                    replica: replica, head: ChainPosition(seq: last, hash: hash), hqSeq: hq?.seq ?? 0,
                    hqEpoch: hq?.epoch ?? 0))
        }
        return heads.suffix(limit)
    }
}

/// What a pull shows of an own chain.
struct ShownHead: Hashable, Sendable {
    let replica: ReplicaID
    let head: ChainPosition
    /// Of HQ's receipt that is here; 0 when there is none.
    let hqSeq: UInt64
    let hqEpoch: UInt64
}
