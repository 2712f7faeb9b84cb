package import SyncStore
import SyncWire

/// Keeps a replica in step with its upstream: a pull always waits at the node, and what is written here goes up beside it
/// at once. It looks at nothing at intervals: the bell rings for whatever happens. It belongs to one thread, which
/// it blocks.
package final class LiveLine {
    /// Makes a connection, on the thread that will use it, whose requests `breaker` breaks off.
    package typealias Connect = @Sendable (_ breaker: HTTPBreaker) -> Upstream

    private let store: Store
    private let exchange: Exchange
    private let waiting: WaitingLine
    private let bell: Bell
    private let hears: Bell.Reasons
    private let owner: any LiveOwner
    private var backoff: Backoff
    /// How far the store was when it was last looked through for what to send.
    private var sent: ChangeMark?

    /// Another process of this replica exchanges, or the database is busy.
    private static let busyMilliseconds = 1_000
    /// For writes of other processes, only where the system does not tell of them.
    private static let lookMilliseconds = 2_000
    /// A line on which a pull waited for so long is a good one, though it broke.
    private static let goodSeconds = 10.0
    /// A pull that is answered sooner, with nothing, was not held: the next one is asked later.
    private static let heldSecondsMin = 1.0

    /// - Parameters:
    ///   - bell: ends the line when it rings for that.
    ///   - hears: what the bell rings for by itself.
    package init(
        store: Store, connect: @escaping Connect, bell: Bell, hears: Bell.Reasons, backoff: Backoff,
        owner: any LiveOwner
    ) {
        self.store = store
        self.bell = bell
        self.hears = hears
        self.backoff = backoff
        self.owner = owner
        exchange = Exchange(store: store, upstream: connect(bell.breaker))
        waiting = WaitingLine(connect: connect, bell: bell)
    }

    /// Returns when the bell is stopped.
    /// - Throws: what its owner throws.
    package func run() throws {
        defer { waiting.end() }
        var next: Exchange.Step? = .whole
        while let step = next {
            var isLost = step.isWhole
            do {
                try perform(step)
                isLost = false
                next = try nextStep()
            } catch {
                next = bell.isStopped ? nil : try recover(from: error, isLost: isLost)
            }
        }
    }

    private func perform(_ step: Exchange.Step) throws {
        // The pull that waits knows nothing of what this brings.
        if step.isWhole { waiting.giveUp() }
        if step.sends { sent = try mark() }
        let report = try owner.alone(isWhole: step.isWhole) { try exchange.run(step) }
        try owner.succeeded(report)
    }

    private func mark() throws -> ChangeMark { try store.read { try $0.changeMark() } }
}

/// Waiting.
extension LiveLine {
    /// Returns when there is something to do; nil: nothing any more.
    private func nextStep() throws -> Exchange.Step? {
        while !bell.isStopped {
            if !waiting.isAsking {
                guard let pull = try exchange.waitingPull() else { return .whole }
                waiting.ask(pull)
            }
            let heard = bell.wait(
                for: [.written, .answered, .network, .asked],
                milliseconds: hears.contains(.written) ? nil : Self.lookMilliseconds)
            if let step = try step(after: heard) { return step }
        }
        return nil
    }

    private func step(after heard: Bell.Reasons) throws -> Exchange.Step? {
        if heard.contains(.network) { reconnect() }
        if !heard.isDisjoint(with: [.network, .asked]) { return .whole }
        // What was written here goes first: so a copy of this replica is found before it reads.
        if try mark() != sent {
            bell.ring(heard.intersection(.answered))
            return .push
        }
        return try waiting.takeAnswer().map(step)
    }

    private func step(for answer: WaitingLine.Answer) throws -> Exchange.Step {
        if answer.seconds >= Self.goodSeconds || !answer.isEmpty { backoff.succeeded() }
        if answer.isEmpty, answer.seconds < Self.heldSecondsMin {
            let heard = bell.wait(for: [.written, .network, .asked], milliseconds: Self.busyMilliseconds)
            bell.ring(heard)
        }
        return .answer(answer.pull, try page(of: answer))
    }

    /// A node that was started again knows no session of before: then the line broke, and nobody's right did.
    private func page(of answer: WaitingLine.Answer) throws -> WirePullResponse {
        do { return try answer.result.get() } catch ExchangeFailure.unauthorised(
            code: ErrorCode.unauthenticated.rawValue, message: _)
        {
            exchange.upstream.forgetSession()
            throw ExchangeFailure.offline("the node no longer knows the session")
        }
    }

    private func reconnect() {
        waiting.giveUp()
        backoff.succeeded()
        owner.reconnect()
    }

    /// Waits until it is time to try again; nil: not any more.
    private func recover(from error: any Error, isLost: Bool) throws -> Exchange.Step? {
        waiting.giveUp()
        let isBusy = if case .busy? = error as? ExchangeFailure { true } else { false }
        // What the other network broke off is no failure of this one.
        if !isBusy, bell.wait(for: .network, milliseconds: 0).contains(.network) {
            reconnect()
            return .whole
        }
        try owner.failed(error, isLost: isLost)
        let milliseconds =
            error is ExchangeFailure
            ? backoff.failed(error, random: store.environment.randomWord()) : Self.busyMilliseconds
        let heard = bell.wait(for: isBusy ? [] : [.network, .asked], milliseconds: milliseconds)
        if heard.contains(.network) { reconnect() }
        return heard.contains(.stopped) ? nil : .whole
    }
}

extension Exchange.Step {
    var isFarewell: Bool { if case .farewell = self { true } else { false } }
    /// What a node refuses to one that is to leave would end its exchange.
    var asksAudit: Bool { if case .push = self { false } else { !isFarewell } }
    var isWhole: Bool { if case .whole = self { true } else { false } }
    /// Whether it looks for what was written here.
    var sends: Bool { if case .answer = self { false } else { true } }
}
