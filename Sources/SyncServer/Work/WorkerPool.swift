import Foundation

/// Threads for work that blocks: SQLite, signatures, compression. The cooperative pool never waits for a disk. Askers
/// take turns: one who asks for much waits for himself, and nobody for him. What is queued holds no more memory than its
/// requests hold of the rooms for bodies, messages and answers.
final class WorkerPool: @unchecked Sendable {
    private let condition = NSCondition()
    private var queue = Turnstile<@Sendable () -> Void>()
    private var isClosed = false
    private let queuedMax: Int

    init(threads: Int, queuedMax: Int) {
        self.queuedMax = queuedMax
        for index in 0..<threads {
            let thread = Thread { [self] in work() }
            thread.name = "worker \(index)"
            thread.start()
        }
    }

    /// Runs `body` on one of the threads, when the asker's turn has come.
    /// - Throws: `Overload` when too much is queued already.
    func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let queued = enqueue(of: Visit.current?.asker) { continuation.resume(with: Result { try body() }) }
            if !queued { continuation.resume(throwing: Overload()) }
        }
    }

    /// What is queued is still done; then the threads end.
    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }

    var queuedCount: Int { condition.withLock { queue.count } }

    private func enqueue(of asker: Asker?, _ job: @escaping @Sendable () -> Void) -> Bool {
        condition.withLock {
            if isClosed || queue.count >= queuedMax { return false }
            queue.enter(job, of: asker)
            condition.signal()
            return true
        }
    }

    private func work() {
        while let (job, asker) = next() {
            let before = Monotonic.threadSeconds
            job()
            asker?.charge(seconds: Monotonic.threadSeconds - before, now: Monotonic.seconds)
            condition.withLock {
                queue.leave(asker)
                if isClosed { condition.broadcast() } else if queue.first != nil { condition.signal() }
            }
        }
    }

    private func next() -> (element: @Sendable () -> Void, asker: Asker?)? {
        condition.withLock {
            while queue.first == nil && !(isClosed && queue.count == 0) { condition.wait() }
            return queue.next()
        }
    }
}

/// More is asked of the node than it has time for.
struct Overload: Error {}
