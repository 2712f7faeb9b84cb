import SyncStore
import SyncWire

/// A pull that waits at the node until there is something.
struct WaitingPull: Sendable {
    /// Where it goes on; where this replica stands when it asks.
    let start: PullStart
    let session: Session
    /// The request.
    let message: [UInt8]

    /// How long the node is asked to hold it: less than it may, so that a slow line and a busy node are no reason to give
    /// it up, and less than many a proxy allows.
    static let seconds = 50
}

extension Exchange {
    /// Nil when a whole exchange is due first: this replica is not where the node last put it.
    func waitingPull() throws -> WaitingPull? {
        let session = try upstream.session()
        guard let start = try store.read({ try PullStart(for: session, $0) }), start.isKept else { return nil }
        var request = try Pull(store: store, upstream: upstream, session: session).request(from: start)
        request.wait = UInt32(WaitingPull.seconds)
        return WaitingPull(start: start, session: session, message: request.encoded)
    }

    /// Whether what a pull brought still fits: another process may have exchanged meanwhile.
    func fits(_ waiting: WaitingPull, _ session: Session) throws -> Bool {
        guard waiting.session.node == session.node, waiting.session.epoch == session.epoch else { return false }
        return try store.read { try PullStart(for: session, $0) } == waiting.start
    }
}
