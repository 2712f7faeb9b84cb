import Foundation

/// A thread that holds a connection, and whoever ends it.
final class LineThread: @unchecked Sendable {
    private let name: String
    private let condition = NSCondition()
    /// Read and written with the condition locked.
    private var isRunning = false

    init(_ name: String) { self.name = name }

    func start(_ body: @escaping @Sendable () -> Void) {
        condition.withLock { isRunning = true }
        let thread = Thread { [self] in
            body()
            condition.withLock {
                isRunning = false
                condition.broadcast()
            }
        }
        thread.name = name
        thread.start()
    }

    /// - Returns: whether the thread has ended.
    func waitForEnd(milliseconds: Int) -> Bool {
        condition.withLock {
            let deadline = Date(timeIntervalSinceNow: Double(milliseconds) / 1000)
            while isRunning, condition.wait(until: deadline) {}
            return !isRunning
        }
    }
}
