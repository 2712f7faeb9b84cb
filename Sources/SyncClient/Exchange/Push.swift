import SyncCore
import SyncStore
import SyncWire

/// Sends up what the node does not have yet, in as many requests as it takes. Whatever answer is lost, the next exchange
/// sends again what no receipt came for, and the node knows it again.
struct Push {
    private let store: Store
    private let upstream: Upstream
    private let session: Session
    private var chains: [OutgoingChain]
    private(set) var sent = 0
    private(set) var rejected = 0
    private(set) var refusedRuns: [ExchangeReport.RunRefusal] = []

    /// Enough for any line.
    private static let requestBytesMax = 1_000_000

    /// Seals what is to be sent and looks what that is, in one transaction: a set that is written meanwhile waits for the
    /// next exchange.
    init(store: Store, upstream: Upstream, session: Session) throws {
        self.store = store
        self.upstream = upstream
        self.session = session
        chains = try store.write { access in
            try access.seal(measuredOffset: upstream.measuredOffset)
            let mark = try NodeMark(access)
            return try access.offeredChains().map { try OutgoingChain($0, to: session, mark: mark, access) }
        }
    }

    /// - Throws: `ForkFound` when this device proves to be a copy.
    mutating func run() throws {
        while case let gathered = try nextRuns(), !gathered.outgoing.isEmpty {
            let outgoing = gathered.outgoing
            var request = WirePushRequest()
            request.runs = outgoing.map(\.run.wire)
            request.pending = setsLeft(besides: outgoing)
            request.personKeys = gathered.personKeys
            if let heard = try store.read({ try NodeMark($0)?.checkpoint }), heard.epoch == session.epoch {
                request.checkpoint = WireCheckpoint(heard)
            }
            let message = request.encoded
            let answer: WirePushResponse = try upstream.call("/v1/push", message, pacing: \.paceUp) { _ in
                message.count
            }
            try take(answer, of: outgoing)
        }
    }

    private mutating func nextRuns() throws -> GatheredRuns {
        let gathered = try store.read {
            try GatheredRuns(
                of: chains, bytes: min(Self.requestBytesMax, upstream.paceUp.bytes), by: upstream.identity, $0)
        }
        for index in gathered.unsigned {
            refuse(index, code: ErrorCode.integrity.rawValue, message: GatheredRuns.unsignedMessage)
        }
        return gathered
    }

    private func setsLeft(besides outgoing: [GatheredRuns.Outgoing]) -> UInt64 {
        var rest = chains
        for (index, run) in outgoing { rest[index].sent(upTo: run.seqs.upperBound) }
        return rest.reduce(0) { $0 + $1.left }
    }

    private mutating func take(_ answer: WirePushResponse, of outgoing: [GatheredRuns.Outgoing]) throws {
        guard answer.results.map(\.replica) == outgoing.map(\.run.replica.raw) else {
            throw ExchangeFailure.garbage("the answers are not to the runs that were sent")
        }
        var receipts: [NodeReceipt] = []
        var fork: ForkFound?
        for (result, (index, run)) in zip(answer.results, outgoing) {
            switch result.outcome {
            case .accepted:
                receipts.append(try receipt(in: result, of: run))
                sent += chains[index].newlyVouched(run.seqs)
                chains[index].sent(upTo: run.seqs.upperBound)
            case .gap: try goBack(index, to: result.nextSeq, from: run)
            case .forked: fork = parted(index, at: result.forkedSeq)
            case .rejected: refuse(index, code: result.code, message: result.message)
            case .UNRECOGNIZED: throw ExchangeFailure.upgradeRequired("an outcome of a run that is not known here")
            }
        }
        let taken = try keep(receipts, at: answer.hasCheckpoint ? Checkpoint(answer.checkpoint) : nil)
        rejected += taken.rejected
        if let fork = fork ?? taken.fork { throw fork }
    }

    private func receipt(in result: WireRunResult, of run: OutgoingRun) throws -> NodeReceipt {
        let receipt = try NodeReceipt(verifying: result.receipt, root: upstream.identity.root)
        guard receipt.replica == run.replica, receipt.summary.head.seq >= run.seqs.upperBound else {
            throw ExchangeFailure.garbage("a receipt for other sets than those that were sent")
        }
        guard receipt.epoch == session.epoch else {
            throw ExchangeFailure.refused(
                code: ErrorCode.epochChanged.rawValue, message: "the node opened a new epoch during the exchange")
        }
        return receipt
    }

    private func keep(_ receipts: [NodeReceipt], at checkpoint: Checkpoint?) throws -> ReceiptsTaken {
        guard let first = receipts.first else { return ReceiptsTaken() }
        return try store.write { access in
            try NodeMark(epoch: first.epoch, key: first.node, checkpoint: checkpoint).keep(access)
            return try access.takeAll(receipts)
        }
    }

    private mutating func goBack(_ index: Int, to seq: UInt64, from run: OutgoingRun) throws {
        guard 1..<run.seqs.lowerBound ~= seq else {
            throw ExchangeFailure.garbage("a gap at \(seq) before a run from \(run.seqs.lowerBound)")
        }
        if chains[index].resend(from: seq) { return }
        refuse(index, code: ErrorCode.sequenceGap.rawValue, message: "the node asks again and again for set \(seq)")
    }

    /// A device that shares its chain with another one is a copy. A node only relays such a chain, and goes on.
    private mutating func parted(_ index: Int, at seq: UInt64) -> ForkFound? {
        if upstream.identity.kind == .device {
            return ForkFound(replica: chains[index].replica, from: seq == 0 ? nil : seq)
        }
        refuse(index, code: ErrorCode.replicaForked.rawValue, message: "the node holds other sets of this chain")
        return nil
    }

    private mutating func refuse(_ index: Int, code: String, message: String) {
        refusedRuns.append(.init(replica: chains[index].replica, code: code, message: message))
        chains[index].giveUp()
    }
}
