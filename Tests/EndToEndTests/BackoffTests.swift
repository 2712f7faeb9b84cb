@testable import SyncClient
import Testing

@Suite("Trying again (R-101)")
struct BackoffTests {
    private struct Failure: Error {}

    @Test("the waits double from a quarter of a second to a limit, half of each by chance", arguments: [0, 77, .max])
    func doubling(random: UInt64) {
        var backoff = Backoff(longestSeconds: 300)
        let waits = (0..<20).map { _ in backoff.failed(Failure(), random: random) }
        for (index, wait) in waits.enumerated() {
            let whole = min(250 << min(index, 11), 300_000)
            #expect((whole / 2...whole).contains(wait), "the wait after failure \(index + 1)")
        }
        backoff.succeeded()
        #expect(backoff.failed(Failure(), random: random) == waits[0])
    }

    @Test("who comes back at the same time as others does so at another moment")
    func chance() {
        let waits = ([0, 60, .max] as [UInt64]).map { random in
            var backoff = Backoff(longestSeconds: 300)
            return backoff.failed(Failure(), random: random)
        }
        #expect(Set(waits).count > 1)
    }

    @Test("a branch is back within two seconds, and a node that asks for longer is obeyed, within bounds")
    func bounds() {
        var backoff = Backoff(longestSeconds: 2)
        #expect((0..<20).allSatisfy { _ in backoff.failed(Failure(), random: .max) <= 2_000 })
        for (asked, obeyed) in [(30, 30_000), (100_000, 300_000)] {
            let busy = ExchangeFailure.busy(code: "rate_limited", message: "", retryAfterSeconds: asked)
            #expect(backoff.failed(busy, random: 0) == obeyed)
        }
    }
}
