import Foundation
import SyncCore
import SyncStore

/// Tells waiting pulls that something was committed that concerns them. One thread serves all of them: commits wake it, and
/// the end of the nearest wait; it lets only so many pulls look at a time, so that ten thousand of them are no crowd at the
/// workers.
final class PositionWatch: @unchecked Sendable {
    private struct Waiter {
        let holder: RecordID
        let known: Int64
        let deadline: ContinuousClock.Instant
        /// True: there is something beyond `known`.
        let told: CheckedContinuation<Bool, Never>

        func isMeant(by news: News) -> Bool { news.position > known && news.hearers.includes(holder) }
    }

    // Everything below is read and written with the condition locked.
    private let condition = NSCondition()
    private var waiters: [Int: Waiter] = [:]
    /// Those of whom the position went by, first come first served.
    private var passed: [Waiter] = []
    /// Told, and still looking.
    private var looking = 0
    /// What was committed last, oldest first; the position up to which nobody remembers whom it concerned; and how much of it
    /// those who wait were not yet asked about.
    private var recent: [News] = []
    private var forgotten: Int64
    private var fresh = 0
    /// More was committed than is remembered before they could be asked.
    private var isOverrun = false
    private var lastNumber = 0
    private var nearest: ContinuousClock.Instant?
    private var isClosed = false

    init(_ store: Store) throws {
        forgotten = try store.read { try $0.lastPosition() }
        store.whenCommitted { [weak self] in self?.add($0) }
        let thread = Thread { [self] in serve() }
        thread.name = "position watch"
        thread.start()
    }

    /// Runs `look` when something that concerns a person or branch was committed beyond a position.
    /// - Returns: nil at the deadline, or when the node stops.
    func whenNews<T>(
        for holder: RecordID, beyond known: Int64, until deadline: ContinuousClock.Instant,
        _ look: () async throws -> T
    ) async throws -> T? {
        let isBeyond = await wait(holder, beyond: known, until: deadline)
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

    private func wait(
        _ holder: RecordID, beyond known: Int64, until deadline: ContinuousClock.Instant
    ) async -> Bool {
        let number = condition.withLock {
            lastNumber += 1
            return lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { told in
                enter(
                    number, Waiter(holder: holder, known: known, deadline: Self.rounded(deadline), told: told))
            }
        } onCancel: {
            condition.withLock { waiters.removeValue(forKey: number) }?.told.resume(returning: false)
        }
    }

    private func enter(_ number: Int, _ waiter: Waiter) {
        let isLate = condition.withLock {
            if isClosed { return true }
            if waiter.known < forgotten || recent.contains(where: waiter.isMeant) {
                passed.append(waiter)
                condition.signal()
                return false
            }
            waiters[number] = waiter
            if nearest.map({ waiter.deadline < $0 }) ?? true { condition.signal() }
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

    private func add(_ news: News) {
        condition.withLock {
            recent.append(news)
            fresh = waiters.isEmpty ? 0 : fresh + 1
            if fresh > 0 { condition.signal() }
            let old = recent.count - ServerLimits.commitsRememberedMax
            // Seldom, so that it costs nothing.
            guard old > ServerLimits.commitsRememberedMax else { return }
            forgotten = recent[old - 1].position
            recent.removeFirst(old)
            if fresh > recent.count { (fresh, isOverrun) = (recent.count, true) }
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
                let (news, all) = (recent.suffix(fresh), isOverrun)
                (fresh, isOverrun) = (0, false)
                if !news.isEmpty { passed += take { all || news.contains(where: $0.isMeant) } }
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
