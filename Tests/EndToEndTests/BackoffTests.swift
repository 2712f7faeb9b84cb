@testable import SyncClient
import Testing

@Suite("Trying again (R-101)")
struct BackoffTests {
    private struct Failure: Error {}

    @Test("the waits double from a quarter of a second to a limit, half of each by chance", arguments: [0, 77, .max])
    func doubling(random: UInt64) {
        var backoff = Backoff()
        let waits = (0..<20).map { _ in backoff.failed(Failure(), random: random) }
        for (index, wait) in waits.enumerated() {
            let whole = min(250 << min(index, 10), 5_000)
            #expect((whole / 2...whole).contains(wait), "the wait after failure \(index + 1)")
        }
        backoff.succeeded()
        #expect(backoff.failed(Failure(), random: random) == waits[0])
    }

    @Test("who comes back at the same time as others does so at another moment")
    func chance() {
        let waits = ([0, 60, .max] as [UInt64]).map { random in
            var backoff = Backoff()
            return backoff.failed(Failure(), random: random)
        }
        #expect(Set(waits).count > 1)
    }
}
