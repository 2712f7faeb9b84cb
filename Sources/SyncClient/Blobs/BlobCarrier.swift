import Foundation
package import SyncCore
package import SyncStore
import Synchronization

/// Carries attachments on a thread and a connection of its own, so that records never wait for them: a branch's to HQ, a
/// watching device's to its branch.
package final class BlobCarrier: Sendable {
    private let blobs: Blobs
    private let person: RecordID?
    private let connect: LiveLine.Connect
    private let thread = LineThread("attachments")
    private let bell = Bell()
    /// Whether records came, among which may be orders with attachments.
    private let hasNews = Mutex(true)

    private static let lookMilliseconds = 500
    private static let backoffSecondsMax = 5

    /// - Parameters:
    ///   - person: whose open orders' attachments are fetched; nil at a node.
    ///   - connect: makes the connection, on the carrier's thread.
    package init(_ blobs: Blobs, person: RecordID?, connect: @escaping LiveLine.Connect) {
        self.blobs = blobs
        self.person = person
        self.connect = connect
    }

    package func start() {
        thread.start { [self] in run() }
    }

    /// The network is another: connects anew, at once.
    package func reconnect() { bell.ring(.network) }

    /// Records came.
    package func noteNews() {
        hasNews.withLock { $0 = true }
        bell.ring(.written)
    }

    /// Asks the thread to end and waits for it, at most a second: a part that is on its way is left behind and sent again.
    @discardableResult
    package func stop() -> Bool {
        bell.ring(.stopped)
        return thread.waitForEnd(milliseconds: 1_000)
    }

    private func run() {
        let upstream = connect(bell.breaker)
        let lane = BlobLane(blobs, upstream: upstream, person: person)
        lane.isStopped = { [bell] in bell.isStopped }
        var backoff = Backoff(longestSeconds: Self.backoffSecondsMax)
        while !bell.isStopped {
            do {
                try turn(lane)
                backoff.succeeded()
                _ = bell.wait(for: [.written, .network], milliseconds: Self.lookMilliseconds)
            } catch {
                // The uplink tells of a line that is down; here the same is tried again.
                let milliseconds = backoff.failed(error, random: blobs.store.environment.randomWord())
                _ = bell.wait(for: .network, milliseconds: milliseconds)
            }
        }
    }

    private func turn(_ lane: BlobLane) throws {
        let news = hasNews.withLock { news in
            defer { news = false }
            return news
        }
        var report = BlobReport()
        do {
            if try lane.isNeeded(assigned: news) { try lane.run(all: false, into: &report) }
        } catch {
            if news { hasNews.withLock { $0 = true } }
            throw error
        }
    }
}
