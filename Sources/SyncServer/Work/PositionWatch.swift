import Foundation
import SyncStore

/// Tells waiting pulls that something was committed. One thread serves all of them: commits wake it, and the end of the
/// nearest wait; it lets only so many pulls look at a time, so that ten thousand of them are no crowd at the workers.
final class PositionWatch: @unchecked Sendable {
    private struct Waiter {
        let known: Int64
        let deadline: ContinuousClock.Instant
        /// True: the position is beyond `known`.
        let told: CheckedContinuation<Bool, Never>
    }

    // Everything below is read and written with the condition locked.
    private let condition = NSCondition()
    private var waiters: [Int: Waiter] = [:]
    /// Those of whom the position went by, first come first served.
    private var passed: [Waiter] = []
    /// Told, and still looking.
    private var looking = 0
    private var position: Int64
    private var lastNumber = 0
    private var nearest: ContinuousClock.Instant?
    private var isClosed = false

    init(_ store: Store) throws {
        position = try store.read { try $0.lastPosition() }
        store.whenCommitted { [weak self] in self?.moved(to: $0) }
        let thread = Thread { [self] in serve() }
        thread.name = "position watch"
        thread.start()
    }

    /// Runs `look` when the node's position is beyond `known`.
    /// - Returns: nil at the deadline, or when the node stops.
    func whenBeyond<T>(
        _ known: Int64, until deadline: ContinuousClock.Instant, _ look: () async throws -> T
    ) async throws -> T? {
        let isBeyond = await wait(beyond: known, until: deadline)
        defer { if isBeyond { looked() } }
        try Task.checkCancellation()
        return isBeyond ? try await look() : nil
    }

    /// Every pull that waits is answered, and none waits any more.
    func close() {
        condition.withLock {
            isClosed = true
            condition.signal()
        }
    }

    /// Pulls that wait now.
    var waitingCount: Int { condition.withLock { waiters.count + passed.count } }

    private func wait(beyond known: Int64, until deadline: ContinuousClock.Instant) async -> Bool {
        let number = condition.withLock {
            lastNumber += 1
            return lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { told in
                enter(number, Waiter(known: known, deadline: Self.rounded(deadline), told: told))
            }
        } onCancel: {
            condition.withLock { waiters.removeValue(forKey: number) }?.told.resume(returning: false)
        }
    }

    private func enter(_ number: Int, _ waiter: Waiter) {
        let isLate = condition.withLock {
            if isClosed { return true }
            waiters[number] = waiter
            let isSooner = nearest.map { waiter.deadline < $0 } ?? true
            if isSooner || position > waiter.known { condition.signal() }
            return false
        }
        if isLate { return waiter.told.resume(returning: false) }
        // Cancelled before it was here.
        if Task.isCancelled {
            condition.withLock { waiters.removeValue(forKey: number) }?.told.resume(returning: false)
        }
    }

    private func looked() {
        condition.withLock {
            looking -= 1
            if !passed.isEmpty { condition.signal() }
        }
    }

    private func moved(to position: Int64) {
        condition.withLock {
            self.position = position
            if !waiters.isEmpty { condition.signal() }
        }
    }

    private func serve() {
        while let (next, isBeyond) = next() {
            for waiter in next { waiter.told.resume(returning: isBeyond) }
        }
    }

    /// Those who are to be told something; nil at the end.
    private func next() -> (told: [Waiter], isBeyond: Bool)? {
        condition.withLock {
            while true {
                if isClosed {
                    let all = take { _ in true } + passed
                    passed = []
                    return all.isEmpty ? nil : (all, false)
                }
                passed += take { $0.known < position }
                let free = min(ServerLimits.pullsLookingMax - looking, passed.count)
                if free > 0 {
                    defer { passed.removeFirst(free) }
                    looking += free
                    return (Array(passed.prefix(free)), true)
                }
                let over = take { $0.deadline <= .now }
                if !over.isEmpty { return (over, false) }
                pause()
            }
        }
    }

    private func take(_ isMeant: (Waiter) -> Bool) -> [Waiter] {
        let meant = waiters.filter { isMeant($0.value) }
        for number in meant.keys { waiters.removeValue(forKey: number) }
        return meant.sorted { $0.key < $1.key }.map(\.value)
    }

    private func pause() {
        nearest = waiters.values.map(\.deadline).min()
        guard let nearest else { return condition.wait() }
        _ = condition.wait(until: Date(timeIntervalSinceNow: (nearest - .now) / .seconds(1)))
    }

    /// Up to the next quarter of a second: the thread wakes for many at once.
    private static func rounded(_ deadline: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let quarters = ((deadline - epoch) / .milliseconds(250)).rounded(.up)
        return epoch + .milliseconds(250) * Int(quarters)
    }

    private static let epoch = ContinuousClock.now
}
