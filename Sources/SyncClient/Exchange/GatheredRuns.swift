import SyncStore
import SyncWire

/// As many runs of some chains as fit together.
struct GatheredRuns {
    /// A run in hand, and the index of its chain.
    typealias Outgoing = (chain: Int, run: OutgoingRun)

    static let unsignedMessage = "no signature of its author is here for the rest of this chain"

    private(set) var outgoing: [Outgoing] = []
    /// The indexes of chains that cannot be sent.
    private(set) var unsigned: [Int] = []
    /// Of what is sealed in them.
    private(set) var personKeys: [WirePersonKey] = []

    init(of chains: [OutgoingChain], bytes: Int, by identity: ClientIdentity, _ access: ReadAccess) throws {
        var budget = RunBudget(sets: Limits.runSetsMax, bytes: bytes)
        for (index, chain) in chains.enumerated() where chain.left > 0 {
            if outgoing.count == Limits.runsPerPushMax || budget.isUsedUp { break }
            do {
                let run = try OutgoingRun(of: chain, within: budget, by: identity, access)
                guard let run else { continue }
                budget.use(run.content)
                outgoing.append((index, run))
            } catch is UnsignedChain {
                unsigned.append(index)
            }
        }
        personKeys = try access.carriedKeys(ofSets: outgoing.lazy.flatMap(\.run.content.entries))
    }
}
