/// Where a change set stands among those of its replica, and the hash that vouches for it and all before it.
package struct ChainPosition: Hashable, Sendable {
    /// 1, 2, 3 … per replica; 0 is the beginning, before the first set.
    package let seq: UInt64
    /// 32 bytes.
    package let hash: [UInt8]

    package init(seq: UInt64, hash: [UInt8]) {
        self.seq = seq
        self.hash = hash
    }
}

/// What a node does with a run of change sets, per replica (sync-model §4).
package enum RunDecision: Hashable, Sendable {
    /// The first `known` sets are duplicates and keep their verdicts; the rest is new.
    case process(known: Int)
    /// The sets from `next` on are missing here.
    case gap(next: UInt64)
    /// Another set stands at `seq` here; nil when the runs parted before this run began.
    case forked(seq: UInt64?)
}

package enum Chain {
    /// - Parameters:
    ///   - before: what the run claims to follow.
    ///   - hashes: of the sets of the run, in order.
    ///   - head: the greatest seq in the log here, 0 when there is none.
    ///   - hashAt: the hash that the log holds at a seq; nil where it was archived or is gone.
    package static func decide<Failure>(
        before: ChainPosition, hashes: [[UInt8]], head: UInt64, hashAt: (UInt64) throws(Failure) -> [UInt8]?
    ) throws(Failure) -> RunDecision {
        if before.seq > head { return .gap(next: head + 1) }
        if before.seq > 0, let here = try hashAt(before.seq), here != before.hash { return .forked(seq: nil) }
        var known = 0
        for (index, hash) in hashes.enumerated() {
            let seq = before.seq + UInt64(index) + 1
            if seq > head { break }
            if let here = try hashAt(seq), here != hash { return .forked(seq: seq) }
            known = index + 1
        }
        return .process(known: known)
    }
}

/// How far a change set of this replica has come. Ordered.
package enum ReceiptStage: UInt8, Comparable, Hashable, Sendable, CaseIterable {
    case local = 0
    /// Durable at the node that it was pushed to.
    case branch = 1
    case hq = 2

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A node's judgement of a change set (sync-model §6, R-64).
package enum Verdict: UInt8, Hashable, Sendable {
    case applied = 0
    case refused = 1
    /// Kept in the log and relayed: this node does not hold every record that the set changes.
    case undecided = 2
    /// Delivered by a receipt, its bytes are not here; its content comes as states.
    case gone = 3

    /// Accepted anywhere wins; a judged set stays judged.
    package func merged(with other: Verdict) -> Verdict {
        switch (self, other) {
        case (.applied, _), (_, .applied): .applied
        case (.refused, _), (_, .refused): .refused
        case (.undecided, _), (_, .undecided): .undecided
        case (.gone, .gone): .gone
        }
    }
}
