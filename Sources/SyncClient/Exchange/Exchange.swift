package import SyncStore
import SyncCore
import SyncWire

/// One replica's exchange with its upstream: everything up that the node lacks, then everything down that changed there.
/// Every step is durable and may be repeated, so that recovery from whatever happened is the next exchange.
///
/// It belongs to one thread, which it blocks.
package final class Exchange {
    /// How much of an exchange is to be done.
    enum Step {
        case whole
        /// What was written here goes up; what is new at the node comes otherwise.
        case push
        /// The same, of a device that is to leave: nothing comes down, whatever happens.
        case farewell
        /// What a pull that waited has brought is taken, and what belongs to it.
        case answer(WaitingPull, WirePullResponse)
    }

    private static let reauthoringsMax = 3
    /// A node that was put back opens an epoch when it notices, and another when it has heard from its own upstream.
    private static let comparisonsMax = 3

    let store: Store
    let upstream: Upstream
    private var pushed: Pushed?

    package init(store: Store, upstream: Upstream) {
        self.store = store
        self.upstream = upstream
        upstream.heardCheckpoint = { try store.read { try NodeMark($0)?.checkpoint } }
    }

    /// - Throws: `ExchangeFailure`, or `StoreFailure` when this replica's own disk failed.
    @discardableResult
    package func run() throws -> ExchangeReport { try run(.whole) }

    /// Sends what a device that is to leave still has. What is left is in the report.
    package func sendAll() throws -> ExchangeReport { try run(.farewell) }

    func run(_ step: Step) throws -> ExchangeReport {
        var step = step
        var report = ExchangeReport()
        report.upstream = upstream.url
        // Each kind of trouble is mended a few times; if it comes back still, it is not what it seems. A fork may show in
        // what the node holds first, and further back in what HQ has heard of meanwhile.
        var reauthoringsLeft = upstream.identity.kind == .device ? Self.reauthoringsMax : 0
        var comparisonsLeft = Self.comparisonsMax
        var isAsked = false
        let isFarewell = step.isFarewell
        while true {
            do {
                try attempt(step, &report)
                return report
            } catch let fork as ForkFound {
                guard reauthoringsLeft > 0 else { throw fork.failure }
                reauthoringsLeft -= 1
                try reauthor(fork, &report)
            } catch let failure as ExchangeFailure where failure.isForgottenCheckpoint {
                guard comparisonsLeft > 0 else { throw failure }
                comparisonsLeft -= 1
                upstream.forgetSession()
                try store.write { try $0.voidCheckpoint() }
            } catch let failure as ExchangeFailure where failure.tellsOfOrder && !isAsked && !isFarewell {
                isAsked = true
                upstream.forgetSession()
            } catch let error as WireError {
                throw ExchangeFailure(error)
            }
            step = isFarewell ? .farewell : .whole
        }
    }

    private func attempt(_ step: Step, _ report: inout ExchangeReport) throws {
        let session = try upstream.session()
        report.note(session, offset: upstream.measuredOffset)
        if let order = session.order, !step.isFarewell { throw OrderGiven(order: order) }
        try Blobs(store).finishForgetting()
        // A node that was put back waits for all that its upstream has before it asks its devices.
        let hasHeard = try store.read { try !$0.role.isNode || $0.hasHeardUpstream() }
        do {
            switch step {
            case .push where hasHeard, .farewell: try push(session, &report)
            case .answer(let waiting, let page) where try fits(waiting, session):
                try take(page, of: waiting, session, &report)
            case .whole, .push, .answer:
                try push(session, &report)
                try pull(session, &report)
            }
            if step.asksAudit { try askAudit(session) }
        } catch let failure as ExchangeFailure where failure.code == ErrorCode.replicaForked.rawValue {
            guard let replica = try store.read({ try $0.deviceReplica() }) else { throw failure }
            throw ForkFound(replica: replica, from: nil)
        } catch let forked as OwnReplicaForked {
            throw ForkFound(replica: forked.replica, from: nil)
        }
        report.complete = true
        if case .whole = step { try settleNewID(&report) }
        if !hasHeard { try store.write { try $0.noteUpstreamHeard() } }
    }

    private func push(_ session: Session, _ report: inout ExchangeReport) throws {
        let position = try store.read { try $0.role.isNode ? $0.lastPosition() : nil }
        if let pushed, pushed.position == position, pushed.epoch == session.epoch { return report.note(pushed) }
        var push = try Push(store: store, upstream: upstream, session: session)
        defer {
            report.sent += push.sent
            report.rejected += push.rejected
            report.refusedRuns = push.refusedRuns
        }
        try push.run()
        report.pending = try store.read { try $0.pendingSets() }
        pushed = position.map {
            Pushed(position: $0, epoch: session.epoch, pending: report.pending, refusedRuns: push.refusedRuns)
        }
    }

    private func pull(_ session: Session, _ report: inout ExchangeReport) throws {
        var start = try store.read { try PullStart(for: session, $0) }
        if start == nil {
            try store.write { try $0.dropStaging() }
            var comparison = Reconcile(store: store, upstream: upstream, destination: .staged)
            defer {
                report.received += comparison.received
                report.dropped += comparison.dropped.count
                report.evicted += comparison.evicted
                report.differing = comparison.differing
            }
            let checkpoint = try comparison.run()
            start = PullStart(checkpoint: checkpoint)
            report.reconciled = true
            report.missing = comparison.missing
            try bringBack(comparison, session, &report)
        }
        try pull(from: start ?? PullStart(), session, &report)
    }

    private func take(
        _ page: WirePullResponse, of waiting: WaitingPull, _ session: Session, _ report: inout ExchangeReport
    ) throws {
        try pull(from: waiting.start, first: page, session, &report)
        if let pushed { return report.note(pushed) }
        report.pending = try store.read { try $0.pendingSets() }
    }

    private func pull(
        from start: PullStart, first: WirePullResponse? = nil, _ session: Session, _ report: inout ExchangeReport
    ) throws {
        var pull = Pull(store: store, upstream: upstream, session: session)
        defer {
            report.received += pull.received
            report.dropped += pull.dropped
            report.evicted += pull.evicted
            report.rejected += pull.rejected
            report.bootstrapping = pull.bootstrapping
        }
        try pull.run(from: start, first: first)
    }

    /// Sends up what the node lost and this replica still holds: a branch always, a device when the node asks.
    private func bringBack(_ comparison: Reconcile, _ session: Session, _ report: inout ExchangeReport) throws {
        guard mayWitness(comparison), !comparison.surplus.isEmpty else { return }
        let author = try upstream.identity.author
        report.missing = try store.write { access in
            try access.witness(comparison.surplus, author: author)
        }
        report.witnessed = comparison.surplus.count - report.missing.count
        pushed = nil
        try push(session, &report)
    }

    func mayWitness(_ comparison: Reconcile) -> Bool {
        upstream.identity.kind == .branch || comparison.isRecovering
    }

    /// This device took a new id by itself. Another copy may number its records with the code that it has.
    private func settleNewID(_ report: inout ExchangeReport) throws {
        guard try store.read({ try $0.newID() }) != nil else { return }
        do { try upstream.renew() } catch let failure as ExchangeFailure {
            report.renewalFailure = failure
            return
        }
        try store.write { try $0.settleNewID() }
    }

    /// This device is a copy, or was set back: it writes again as a new replica what HQ does not have, and asks for a new
    /// code, for the other copy numbers its records with this one.
    private func reauthor(_ fork: ForkFound, _ report: inout ExchangeReport) throws {
        report.reauthored = try store.write { try $0.reauthor(fork.replica, from: fork.from) }
        do { try upstream.renew() } catch let failure as ExchangeFailure { report.renewalFailure = failure }
    }
}

/// What the last push left behind, at a node's position and the upstream's epoch: until one of them moves there is nothing
/// to look for in the log, and what the upstream would not take it would not take again.
private struct Pushed {
    let position: Int64
    let epoch: UInt64
    let pending: Int
    let refusedRuns: [ExchangeReport.RunRefusal]
}

extension ExchangeReport {
    fileprivate mutating func note(_ pushed: Pushed) {
        pending = pushed.pending
        refusedRuns = pushed.refusedRuns
    }

    fileprivate mutating func note(_ session: Session, offset: Int64?) {
        node = session.node
        epoch = session.epoch
        offsetMilliseconds = offset
    }
}

extension ExchangeFailure {
    /// The node does not know this replica's checkpoint any more: both sides compare what they hold.
    fileprivate var isForgottenCheckpoint: Bool {
        [ErrorCode.epochChanged.rawValue, ErrorCode.badCheckpoint.rawValue].contains(code)
    }
}

extension ForkFound {
    /// For a replica that was found to be a copy again, after it took a new id.
    var failure: ExchangeFailure {
        .refused(
            code: ErrorCode.replicaForked.rawValue, message: "the node holds other sets of the chain of \(replica)")
    }
}
