import Foundation
package import SyncStore

/// Makes one transaction, and one fsync, of the writes that many callers want at the same time: with `synchronous=FULL`
/// a commit costs milliseconds, whatever is in it. Writes of one caller stay in order. What is
/// queued holds no more memory than its requests hold of the room for messages.
package final class GroupCommit: @unchecked Sendable {
    private struct Job: Sendable {
        /// Nil: the node itself.
        let asker: Asker?
        let body: @Sendable (WriteAccess) throws -> Void
        /// Nil: committed.
        let finish: @Sendable ((any Error)?) -> Void
    }

    private let store: Store
    private let counters: Counters
    /// Nil: whoever writes sees for himself that it is full.
    private let disk: DiskSpace?
    private let queuedMax: Int
    private let condition = NSCondition()
    private var queue: [Job] = []
    private var isClosed = false
    private var hasEnded = false

    init(
        _ store: Store, queuedMax: Int = ServingLimits().queuedWritesMax, counters: Counters = Counters(),
        disk: DiskSpace? = nil
    ) {
        self.store = store
        self.queuedMax = queuedMax
        self.counters = counters
        self.disk = disk
        let thread = Thread { [self] in commitForever() }
        thread.name = "group commit"
        thread.start()
    }

    /// Runs `body` in a transaction that others share; returns when it is durable. A body that throws leaves no trace.
    /// - Throws: `StoreFailure.diskFull` while the disk is low: what others send is refused before the disk is full.
    package func write<T: Sendable>(_ body: @escaping @Sendable (WriteAccess) throws -> T) async throws -> T {
        if disk?.isLow == true { throw StoreFailure.diskFull }
        return try await withCheckedThrowingContinuation { continuation in
            let result = Outcome<T>()
            let asker = Visit.current?.asker
            let job = Job(
                asker: asker,
                body: { access in
                    let before = Monotonic.threadSeconds
                    defer { asker?.charge(seconds: Monotonic.threadSeconds - before, now: Monotonic.seconds) }
                    result.value = try body(access)
                },
                finish: { error in
                    if let error { return continuation.resume(throwing: error) }
                    guard let value = result.value else { preconditionFailure("a committed body has a result") }
                    continuation.resume(returning: value)
                })
            if !enqueue(job) { continuation.resume(throwing: Overload()) }
        }
    }

    /// Returns when what is queued is committed and the thread has ended.
    package func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
            while !hasEnded { condition.wait() }
        }
    }

    var queuedCount: Int { condition.withLock { queue.count } }

    private func enqueue(_ job: Job) -> Bool {
        condition.withLock {
            if isClosed || queue.count >= queuedMax { return false }
            queue.append(job)
            condition.signal()
            return true
        }
    }

    private func commitForever() {
        while let jobs = next() { commit(jobs) }
        condition.withLock {
            hasEnded = true
            condition.broadcast()
        }
    }

    private func next() -> [Job]? {
        condition.withLock {
            while queue.isEmpty && !isClosed { condition.wait() }
            if queue.isEmpty { return nil }
            return takeJobs()
        }
    }

    /// One of each asker: what one of them sends at once would hold up the others' receipts.
    private func takeJobs() -> [Job] {
        var (taken, left): ([Job], [Job]) = ([], [])
        var askers: Set<Asker> = []
        for job in queue {
            let isTurn = job.asker.map { askers.insert($0).inserted } ?? true
            if isTurn, taken.count < ServerLimits.writesPerTransactionMax {
                taken.append(job)
            } else {
                left.append(job)
            }
        }
        queue = left
        return taken
    }

    private func commit(_ jobs: [Job]) {
        let began = ContinuousClock.now
        do {
            let errors = try store.writeGroup(jobs.map(\.body))
            count(jobs, since: began, failed: false)
            for (job, error) in zip(jobs, errors) { job.finish(error) }
        } catch {
            count(jobs, since: began, failed: true)
            for job in jobs { job.finish(error) }
        }
    }

    private func count(_ jobs: [Job], since began: ContinuousClock.Instant, failed: Bool) {
        counters.count(commitOf: jobs.count, seconds: (ContinuousClock.now - began) / .seconds(1), failed: failed)
    }
}

/// What a body returned, on its way from the committing thread to its caller. Written before the commit, read after it.
private final class Outcome<T: Sendable>: @unchecked Sendable {
    var value: T?
}
