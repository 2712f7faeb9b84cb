import Foundation

/// Waits for a condition, and no longer than it takes.
/// - Returns: whether it came true within so many seconds.
func eventually(within seconds: Double, _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while try !condition() {
        if Date() > deadline { return false }
        Thread.sleep(forTimeInterval: 0.01)
    }
    return true
}

/// The same, of what must be asked elsewhere. It looks a hundred times at least: what it waits for needs the same few threads
/// of tasks, which other tests may hold for longer than that.
func comesTrue(within seconds: Double, _ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var looksLeft = 100
    while try await !condition() {
        looksLeft -= 1
        if looksLeft < 0 && ContinuousClock.now > deadline { return false }
        try await Task.sleep(for: .milliseconds(10))
    }
    return true
}

/// Lets a moment go by, for an accident that comes at no particular time.
func elapse(milliseconds: Int) { Thread.sleep(forTimeInterval: Double(milliseconds) / 1000) }
