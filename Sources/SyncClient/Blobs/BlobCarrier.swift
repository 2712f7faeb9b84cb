import Foundation
package import SyncCore
package import SyncStore
import Synchronization

/// Carries attachments on a thread and a connection of its own, so that records never wait for them: a branch's to HQ, a
/// watching device's to its branch.
package final class BlobCarrier: Sendable {
    private let blobs: Blobs
    private let person: RecordID?
    private let connect: Uplink.Connect
    private let pause = UplinkPause()
    /// Whether records came, among which may be orders with attachments.
    private let hasNews = Mutex(true)

    private static let lookMilliseconds = 500

    /// - Parameters:
    ///   - person: whose open orders' attachments are fetched; nil at a node.
    ///   - connect: makes the connection, on the carrier's thread.
    package init(_ blobs: Blobs, person: RecordID?, connect: @escaping Uplink.Connect) {
        self.blobs = blobs
        self.person = person
        self.connect = connect
    }

    package func start() {
        let thread = Thread { [self] in
            run()
            pause.ended()
        }
        thread.name = "attachments"
        pause.begin()
        thread.start()
    }

    /// Records came.
    package func noteNews() { hasNews.withLock { $0 = true } }

    /// Asks the thread to end and waits for it, at most a second: a part that is on its way is left behind and sent again.
    @discardableResult
    package func stop() -> Bool { pause.stop(waitingMilliseconds: 1_000) }

    private func run() {
        let upstream = connect()
        upstream.isAbandoned = { [pause] in pause.isStopped }
        let lane = BlobLane(blobs, upstream: upstream, person: person)
        lane.isStopped = { [pause] in pause.isStopped }
        var backoff = Backoff()
        while !pause.isStopped {
            let wait: Int
            do {
                try turn(lane)
                backoff.succeeded()
                wait = Self.lookMilliseconds
            } catch {
                // The uplink tells of a line that is down; here the same is tried again.
                wait = backoff.failed(error, random: blobs.store.environment.randomWord())
            }
            pause.wait(milliseconds: wait)
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
            if news { noteNews() }
            throw error
        }
    }
}
