import Foundation
import SyncClient
import SyncStore
import SyncWire
import Synchronization
import Testing

@Suite("A live line outlives the node's process")
struct LiveLineTests {
    /// What its owner heard.
    private final class Owner: LiveOwner, Sendable {
        private let heard = Mutex<[ExchangeFailure]>([])
        var failures: [ExchangeFailure] { heard.withLock { $0 } }

        func alone(isWhole: Bool, _ step: () throws -> ExchangeReport) throws -> ExchangeReport { try step() }
        func succeeded(_ report: ExchangeReport) throws {}
        func failed(_ error: any Error, isLost: Bool) throws {
            guard let failure = error as? ExchangeFailure else { throw error }
            heard.withLock { $0.append(failure) }
        }
        func reconnect() {}
    }

    /// A node that knows no session of the first request that comes to it.
    private final class Forgetful: Sendable {
        private let requests = Mutex(0)
        var count: Int { requests.withLock { $0 } }

        func fate() -> ExchangeLine.Fate {
            let isFirst = requests.withLock {
                $0 += 1
                return $0 == 1
            }
            return isFirst ? .answered(ExchangeRefusal(.unauthenticated).response) : .arrives
        }
    }

    @Test("A pull that waits in a session which the node no longer knows is a line that broke, and no lost right")
    func sessionForgotten() throws {
        let world = try ExchangeWorld()
        let device = try world.device(below: world.hq)
        let (bell, owner, waits, ended) = (Bell(), Owner(), Forgetful(), LineSwitch())
        let (identity, store, hq) = (device.identity, device.store, world.hq)
        ended.set(false)
        Thread.detachNewThread {
            let line = LiveLine(
                store: store,
                connect: { breaker in
                    let line = ExchangeLine(hq)
                    if breaker !== bell.breaker { line.fate = { _, _ in waits.fate() } }
                    return Upstream(
                        url: "https://node", identity: identity, transport: line, breaker: breaker,
                        wallMilliseconds: store.environment.wallMilliseconds)
                }, bell: bell, hears: .written, backoff: Backoff(longestSeconds: 1), owner: owner)
            try? line.run()
            ended.set(true)
        }
        #expect(eventually(within: 20) { waits.count > 1 }, "it waits no more")
        #expect(!owner.failures.isEmpty && owner.failures.allSatisfy(\.isRetryable), "\(owner.failures)")
        bell.ring(.stopped)
        #expect(eventually(within: 20) { ended.value })
    }
}
