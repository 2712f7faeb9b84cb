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

/// The same, of what must be asked elsewhere.
func comesTrue(within seconds: Double, _ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try await !condition() {
        if ContinuousClock.now > deadline { return false }
        try await Task.sleep(for: .milliseconds(10))
    }
    return true
}

/// Lets a moment go by, for an accident that comes at no particular time.
func elapse(milliseconds: Int) { Thread.sleep(forTimeInterval: Double(milliseconds) / 1000) }
