import Foundation

/// Threads for work that blocks: SQLite, signatures, compression. The cooperative pool never waits for a disk.
final class WorkerPool: @unchecked Sendable {
    private let condition = NSCondition()
    private var queue: [@Sendable () -> Void] = []
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

    /// Runs `body` on one of the threads.
    /// - Throws: `Overload` when too much is queued already.
    func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let queued = enqueue { continuation.resume(with: Result { try body() }) }
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

    private func enqueue(_ job: @escaping @Sendable () -> Void) -> Bool {
        condition.withLock {
            if isClosed || queue.count >= queuedMax { return false }
            queue.append(job)
            condition.signal()
            return true
        }
    }

    private func work() {
        while let job = next() { job() }
    }

    private func next() -> (@Sendable () -> Void)? {
        condition.withLock {
            while queue.isEmpty && !isClosed { condition.wait() }
            return queue.isEmpty ? nil : queue.removeFirst()
        }
    }
}

/// More is asked of the node than it has time for.
struct Overload: Error {}
