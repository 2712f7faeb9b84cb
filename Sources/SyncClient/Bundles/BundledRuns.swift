import Foundation
package import SyncCore
package import SyncStore
package import SyncWire

/// What a replica puts into a bundle for a node: what it holds, and the change sets that it has to tell.
/// Nothing counts as sent by it: only a receipt that comes back says so.
package struct BundledRuns {
    private static let partBytes = 1_000_000

    private let store: Store
    private let identity: ClientIdentity
    private var chains: [OutgoingChain] = []
    private let checkpoint: Checkpoint?
    private let vouched: Checkpoint?
    private let heads: [WireChainHead]
    /// Change sets that were added.
    package private(set) var sets = 0
    /// Chains of which something was left out, since nobody could verify it.
    package private(set) var unsigned: [ReplicaID] = []

    /// Seals what is to be told and looks what that is, in one transaction.
    /// - Parameter all: also what HQ has already.
    package init(store: Store, identity: ClientIdentity, all: Bool) throws {
        self.store = store
        self.identity = identity
        (chains, checkpoint, vouched, heads) = try store.write { access in
            try access.seal(measuredOffset: nil)
            let mark = try NodeMark(access)
            return (
                try access.offeredChains().map { try OutgoingChain(bundling: $0, all: all, mark: mark, access) },
                try access.pulledCheckpoint(), mark?.checkpoint,
                try access.shownHeads(limit: Limits.headsPerPullMax).map(WireChainHead.init)
            )
        }
    }

    /// What this replica holds, for whoever answers.
    package func describe(in header: inout WireBundleHeader) {
        if let checkpoint { header.checkpoint = WireCheckpoint(checkpoint) }
        if let vouched { header.vouched = WireCheckpoint(vouched) }
        header.heads = heads
    }

    /// Adds the runs, in as many parts as it takes.
    package mutating func add(to writer: BundleWriter) throws {
        while true {
            let gathered = try store.read {
                try GatheredRuns(of: chains, bytes: Self.partBytes, by: identity, $0)
            }
            for index in gathered.unsigned {
                unsigned.append(chains[index].replica)
                chains[index].giveUp()
            }
            if gathered.outgoing.isEmpty && gathered.unsigned.isEmpty { return }
            var push = WirePushRequest()
            push.runs = gathered.outgoing.map(\.run.wire)
            push.personKeys = gathered.personKeys
            if !push.runs.isEmpty { try writer.add(.push(push)) }
            for (index, run) in gathered.outgoing {
                sets += run.content.entries.count
                chains[index].bundled(upTo: run.seqs.upperBound)
            }
        }
    }
}
