import SyncCore
import SyncStore
package import SyncWire

/// Takes the runs of a bundle as those of a push by the bundle's writer, and keeps what became of them for an
/// answer.
package struct BundleTaking {
    private static let partBytes = 1_000_000

    private let node: Node
    private let bundle: SealedBundle
    /// Nil: HQ wrote it, which has no upstream to bring anything to.
    private let session: Session?
    private let taking: RunTaking
    private var counts = Counters.SetCounts()
    private var results: [WireRunResult] = []
    private var checkpoint: Checkpoint?
    /// What runs go on from and this node does not have.
    package private(set) var gaps: [BundleGap] = []
    package private(set) var turnedAway: [BundleRefusal] = []
    /// This node was shown a checkpoint that it gave and does not know: it was set back, and began a new epoch.
    package let opensEpoch: Bool
    /// Whether the writer may be told what he has not seen; who is to leave only learns what became of his runs.
    package let mayRead: Bool

    /// - Throws: `Problem` when the writer may not speak.
    package init(_ node: Node, _ bundle: SealedBundle) throws {
        (self.node, self.bundle) = (node, bundle)
        taking = RunTaking(identity: node.identity)
        let session = Session(bundle.writer)
        self.session = session
        mayRead = try node.store.read { access in
            guard let session else { return true }
            try access.demandStanding(of: session, for: .send)
            do { try access.demandStanding(of: session) } catch is Problem { return false }
            return true
        }
        let header = bundle.header
        let shown = [header.hasCheckpoint ? header.checkpoint : nil, header.hasVouched ? header.vouched : nil]
        opensEpoch = try shown.compactMap(\.self).contains { shown in
            try node.store.write { try $0.notice(shown, of: session) }
        }
    }

    package var received: Int { counts.received }
    package var applied: Int { counts.applied }
    package var refused: Int { counts.refused }
    package var undecided: Int { counts.undecided }
    package var duplicate: Int { counts.duplicate }
    /// How many runs an answer speaks of.
    package var answers: Int { results.count }

    /// Takes all of them, a transaction a part; what came before a part that fails stays.
    package mutating func run() throws {
        guard let session else { return }
        let verification = RunVerification(root: node.identity.root, session: session, isBundled: true)
        var parts = try bundle.parts()
        while let part = try parts.next() {
            if case .push(let push) = part { try take(push, verification) }
        }
        try node.store.write { try note(session.peer, $0) }
    }

    /// A bundle stands for an exchange at the time when it was written.
    private func note(_ peer: Session.Peer, _ access: WriteAccess) throws {
        let writtenAt = bundle.header.createdAt
        switch peer {
        case .branch(let id):
            try access.noteBundle(ofBranch: id, writtenAt: writtenAt, isWhole: gaps.isEmpty && turnedAway.isEmpty)
        case .device(let id, _): try access.noteBundle(ofDevice: id, writtenAt: writtenAt)
        }
    }

    private mutating func take(_ push: WirePushRequest, _ verification: RunVerification) throws {
        let runs = push.runs
        let verified = runs.map { verification.verify($0) }
        try node.store.take(push.personKeys, of: verified)
        var counts = Counters.SetCounts()
        let (taken, standing, checkpoint) = try node.store.write { access in
            let taken = try verified.map { try taking.take($0, access, &counts) }
            let standing = try zip(runs, taken).map { run, taken -> ChainSummary? in
                guard case .outcome(.gap(let next)) = taken else { return nil }
                return try access.summary(of: ReplicaID(run.replica), from: next)
            }
            return (taken, standing, try access.ownCheckpoint())
        }
        self.counts.add(counts)
        self.checkpoint = checkpoint
        let epoch = checkpoint.epoch
        for ((run, taken), standing) in zip(zip(runs, taken), standing) {
            var result = taking.result(ReplicaID(run.replica), taken, epoch: epoch)
            // Nobody can ask for the rest: the writer learns from the receipt where this node stands.
            if let standing {
                result.receipt = node.identity.receipt(of: ReplicaID(run.replica), standing, epoch: epoch)
            }
            note(result, of: run)
            results.append(result)
        }
    }

    private mutating func note(_ result: WireRunResult, of run: WireRun) {
        let replica = ReplicaID(run.replica)
        switch result.outcome {
        case .gap:
            gaps.append(
                BundleGap(of: name(of: run), replica: replica, from: result.nextSeq, to: max(run.firstSeq, 1) - 1))
        case .rejected:
            turnedAway.append(BundleRefusal(replica: replica, code: result.code, message: result.message))
        case .forked:
            let code = ErrorCode.replicaForked
            turnedAway.append(BundleRefusal(replica: replica, code: code.rawValue, message: code.entry.meaning.en))
        default: break
        }
    }

    /// Of the author, as his certificate says.
    private func name(of run: WireRun) -> String {
        let author = try? CertificateChain.verify(run.chain, root: node.identity.root, expiry: .ignored)
        return author?.name ?? ReplicaID(run.replica).description
    }

    /// What became of the runs, for their writer.
    package func add(to writer: BundleWriter) throws {
        var answer = WirePushResponse()
        if let checkpoint { answer.checkpoint = WireCheckpoint(checkpoint) }
        var bytes = 0
        for result in results {
            answer.results.append(result)
            bytes += result.receipt.receipt.count
            if answer.results.count == Limits.runsPerPushMax || bytes > Self.partBytes {
                try writer.add(.results(answer))
                (answer.results, bytes) = ([], 0)
            }
        }
        if !answer.results.isEmpty { try writer.add(.results(answer)) }
    }
}
