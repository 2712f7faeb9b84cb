import Foundation
import SyncWire

/// Pulls that wait at the node, one at a time, on a thread and a connection of their own: what is written here goes up
/// beside them.
final class WaitingLine: @unchecked Sendable {
    /// What came of a pull, and how long that took.
    struct Answer: Sendable {
        let pull: WaitingPull
        let result: Result<WirePullResponse, ExchangeFailure>
        let seconds: Double

        /// Whether there was nothing to tell.
        var isEmpty: Bool {
            guard case .success(let page) = result else { return false }
            return page.complete && page.states.isEmpty && page.dropped.isEmpty && page.evicted.isEmpty
        }
    }

    /// A pull on its way, by number: what comes of one that was given up is nobody's business any more.
    private struct Asked {
        let pull: WaitingPull
        let number: Int
        let mark: HTTPBreaker.Mark
    }

    private let bell: Bell
    private let breaker = HTTPBreaker()
    // Everything below is read and written with the condition locked.
    private let condition = NSCondition()
    private var next: Asked?
    private var lastNumber = 0
    /// Of the pull that somebody waits for.
    private var current: Int?
    private var answer: Answer?

    /// - Parameter connect: makes the connection, on the line's thread.
    init(connect: @escaping LiveLine.Connect, bell: Bell) {
        self.bell = bell
        let thread = Thread { [self] in run(connect(breaker)) }
        thread.name = "waiting pull"
        thread.start()
    }

    /// Whether a pull waits whose answer nobody has taken.
    var isAsking: Bool { condition.withLock { current != nil } }

    /// Rings `answered` when the answer is here.
    func ask(_ pull: WaitingPull) {
        condition.withLock {
            lastNumber += 1
            current = lastNumber
            next = Asked(pull: pull, number: lastNumber, mark: breaker.mark)
            condition.signal()
        }
    }

    /// Nil while there is none.
    func takeAnswer() -> Answer? {
        condition.withLock {
            guard let taken = answer else { return nil }
            (answer, current) = (nil, nil)
            return taken
        }
    }

    /// Gives up the pull that waits; the next one connects anew.
    func giveUp() {
        condition.withLock { (next, current, answer) = (nil, nil, nil) }
        breaker.breakOff()
    }

    func end() {
        giveUp()
        breaker.stop()
        condition.withLock { condition.signal() }
    }

    private func run(_ upstream: Upstream) {
        while let asked = nextAsked() {
            let began = ContinuousClock.now
            let result = Result { () throws(ExchangeFailure) -> WirePullResponse in
                try upstream.hold(
                    "/v1/pull", asked.pull.message, in: asked.pull.session, seconds: WaitingPull.seconds,
                    since: asked.mark)
            }
            let answer = Answer(
                pull: asked.pull, result: result, seconds: (ContinuousClock.now - began) / .seconds(1))
            let isWanted = condition.withLock {
                if current != asked.number { return false }
                self.answer = answer
                return true
            }
            if isWanted { bell.ring(.answered) }
        }
    }

    private func nextAsked() -> Asked? {
        condition.withLock {
            while next == nil, !breaker.isStopped { condition.wait() }
            if breaker.isStopped { return nil }
            defer { next = nil }
            return next
        }
    }
}
