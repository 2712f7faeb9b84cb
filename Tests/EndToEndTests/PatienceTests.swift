@testable import SyncServer
import Testing

@Suite("How long a connection may keep a node waiting")
struct PatienceTests {
    private struct End: Equatable {
        let second: Int
        let why: Impatience
    }

    /// 256 bytes a second for 30 s, 120 s between requests.
    private let limits = ServingLimits()
    private var least: Int { 5 * limits.bytesPerSecondMin }

    private func fresh() -> Patience {
        var patience = Patience(limits, now: 0)
        patience.isAsked = true
        return patience
    }

    /// Looks every five seconds, for half an hour at most; when it closes, and why.
    private func end(
        of patience: Patience, pending: Int = 0, each: (inout Patience, Int) -> Void = { _, _ in }
    ) -> End? {
        var patience = patience
        for second in stride(from: 5, through: 1_800, by: 5) {
            each(&patience, second)
            let verdict = patience.look(pending: pending, now: Double(second))
            if case .close(let why) = verdict { return End(second: second, why: why) }
        }
        return nil
    }

    @Test("A connection that asks for nothing is closed after half a minute")
    func hello() {
        #expect(end(of: fresh()) == End(second: 30, why: .hello))
        #expect(end(of: fresh()) { patience, _ in patience.receive(least - 1) } == End(second: 30, why: .hello))
    }

    @Test("The least speed keeps a body coming for as long as it takes; one byte a look less does not")
    func body() {
        var patience = fresh()
        patience.requestBegan()
        #expect(end(of: patience) { patience, _ in patience.receive(least) } == nil)
        #expect(end(of: patience) { patience, _ in patience.receive(least - 1) } == End(second: 30, why: .body))
        // One good moment in half a minute is enough.
        #expect(end(of: patience) { patience, second in patience.receive(second % 30 == 0 ? least : 0) } == nil)
        // What the node does not ask for, nobody owes it.
        patience.isAsked = false
        #expect(end(of: patience) == nil)
    }

    @Test("While the node works, or a pull waits, nobody is impatient")
    func answering() {
        var patience = fresh()
        patience.requestBegan()
        patience.requestEnded()
        #expect(end(of: patience) == nil)
    }

    @Test("The least speed keeps an answer going; one byte a look less does not, however much of it is left")
    func answer() {
        var patience = fresh()
        patience.requestBegan()
        patience.requestEnded()
        patience.write(1_000_000)
        _ = patience.look(pending: 1_000_000, now: 0)
        #expect(end(of: patience, pending: 1_000_000) { patience, _ in patience.write(least) } == nil)
        let stuck = end(of: patience, pending: 1_000_000) { patience, _ in patience.write(least - 1) }
        #expect(stuck == End(second: 30, why: .answer))
    }

    @Test("Between two requests two minutes may pass, and no head may take its time")
    func idle() {
        var patience = fresh()
        patience.requestBegan()
        patience.requestEnded()
        patience.answerEnded(now: 0)
        #expect(end(of: patience) == End(second: 120, why: .idle))
        var last = patience
        #expect(last.look(pending: 0, now: limits.idleSeconds - 0.001) == .keep)
        #expect(last.look(pending: 0, now: limits.idleSeconds) == .close(.idle))
        patience.receive(10)
        #expect(end(of: patience) == End(second: 30, why: .head))
        // An answer that came before its request was read to the end leaves the rest of it to come.
        var early = fresh()
        early.requestBegan()
        early.answerEnded(now: 0)
        #expect(end(of: early) == End(second: 30, why: .body))
    }
}
