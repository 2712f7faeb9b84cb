import Foundation
package import SyncStore

/// A branch's line to its upstream, live, on a thread of its own.
package final class Uplink: Sendable {
    private let store: Store
    private let connect: LiveLine.Connect
    private let thread = LineThread("uplink")
    private let board = UplinkBoard()
    private let onReconnect: @Sendable () -> Void
    /// Rings for what happens around it; whoever serves the node rings for the network.
    package let bell = Bell()

    /// A branch that can reach HQ has HQ's commits within two seconds (R-101 lets others wait longer).
    private static let backoffSecondsMax = 2

    /// - Parameter onReconnect: called when the network is another, for whatever else is connected.
    package init(
        store: Store, connect: @escaping LiveLine.Connect, onReconnect: @escaping @Sendable () -> Void = {}
    ) {
        self.store = store
        self.connect = connect
        self.onReconnect = onReconnect
        store.whenCommitted { [bell] _ in bell.ring(.written) }
    }

    package var status: UplinkStatus { board.status }

    package func start() {
        thread.start { [self] in
            let line = LiveLine(
                store: store, connect: connect, bell: bell, hears: .written,
                backoff: Backoff(longestSeconds: Self.backoffSecondsMax),
                owner: UplinkOwner(store: store, board: board, onReconnect: onReconnect))
            // Its owner throws nothing: whatever is wrong may be right the next time.
            try? line.run()
        }
    }

    /// Exchanges now. Returns when a whole exchange that began after this call has come to its end, or after a while.
    package func catchUp(milliseconds: Int) {
        let begun = board.exchangesBegun
        bell.ring(.asked)
        board.wait(forExchangeAfter: begun, milliseconds: milliseconds)
    }

    /// Asks the thread to end and waits for it, at most a second. A request that was under way may still come to its end at
    /// the node, and is known again there; here it changes nothing any more.
    /// - Returns: whether the thread has ended.
    @discardableResult
    package func stop() -> Bool {
        bell.ring(.stopped)
        return thread.waitForEnd(milliseconds: 1_000)
    }
}

/// Tells the board.
private struct UplinkOwner: LiveOwner {
    let store: Store
    let board: UplinkBoard
    let onReconnect: @Sendable () -> Void

    func alone(isWhole: Bool, _ step: () throws -> ExchangeReport) throws -> ExchangeReport {
        if !isWhole { return try step() }
        let number = board.begin()
        let report = try step()
        board.end(number)
        return report
    }

    func succeeded(_ report: ExchangeReport) {
        let now = store.environment.wallMilliseconds()
        board.update { $0.succeeded(report, at: now) }
    }

    func failed(_ error: any Error, isLost: Bool) { board.update { $0.failed(error) } }

    func reconnect() { onReconnect() }
}
