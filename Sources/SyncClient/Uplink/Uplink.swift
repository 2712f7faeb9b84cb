import Foundation
package import SyncStore
import Synchronization

/// A branch's line to its upstream: a thread of its own that exchanges whenever something was committed here, and every
/// second for what was committed there.
package final class Uplink: Sendable {
    /// Makes the connection, on the uplink's thread.
    package typealias Connect = @Sendable () -> Upstream

    private let store: Store
    private let connect: Connect
    private let pause = UplinkPause()
    private let state = Mutex(UplinkStatus())

    private static let everyMilliseconds = 1_000
    /// How often it looks whether something was committed here.
    private static let lookMilliseconds = 200

    package init(store: Store, connect: @escaping Connect) {
        self.store = store
        self.connect = connect
    }

    package var status: UplinkStatus { state.withLock { $0 } }

    package func start() {
        let thread = Thread { [self] in
            run()
            pause.ended()
        }
        thread.name = "uplink"
        pause.begin()
        thread.start()
    }

    /// Asks the thread to end and waits for it, at most a second: a request that hangs is left behind. It may still come
    /// to its end at the node, and is known again there; here it changes nothing any more.
    /// - Returns: whether the thread has ended.
    @discardableResult
    package func stop() -> Bool { pause.stop(waitingMilliseconds: 1_000) }

    private func run() {
        let upstream = connect()
        upstream.isAbandoned = { [pause] in pause.isStopped }
        let exchange = Exchange(store: store, upstream: upstream)
        var backoff = Backoff()
        while !pause.isStopped {
            let position = try? store.read { try $0.lastPosition() }
            do {
                let report = try exchange.run()
                let now = store.environment.wallMilliseconds()
                state.withLock { $0.succeeded(report, at: now) }
                backoff.succeeded()
                waitForCommit(after: position)
            } catch {
                if pause.isStopped { return }
                state.withLock { $0.failed(error) }
                pause.wait(milliseconds: backoff.failed(error, random: store.environment.randomWord()))
            }
        }
    }

    /// Returns when this node's position moved, or after a second.
    private func waitForCommit(after position: Int64?) {
        for _ in 0..<(Self.everyMilliseconds / Self.lookMilliseconds) {
            pause.wait(milliseconds: Self.lookMilliseconds)
            let now = try? store.read { try $0.lastPosition() }
            if pause.isStopped || now != position { return }
        }
    }
}
