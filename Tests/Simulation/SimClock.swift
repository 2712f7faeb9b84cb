import Synchronization

/// The time of a simulated world: it stands until it is moved, but for a millisecond at every look.
final class SimClock: Sendable {
    static let start: Int64 = 1_780_000_000_000
    static let day: Int64 = 86_400_000

    private let now: Mutex<Int64>

    init(_ now: Int64 = SimClock.start) { self.now = Mutex(now) }

    var milliseconds: Int64 {
        now.withLock {
            $0 += 1
            return $0
        }
    }

    func advance(_ milliseconds: Int64) { now.withLock { $0 += milliseconds } }
}

/// How far one machine's clock is ahead of the world's, in milliseconds.
final class SimOffset: Sendable {
    private let value = Mutex<Int64>(0)

    var milliseconds: Int64 { value.withLock { $0 } }
    func set(_ milliseconds: Int64) { value.withLock { $0 = milliseconds } }
}

/// The random words of one start of a machine.
final class SimWords: Sendable {
    private let random: Mutex<SimRandom>

    init(_ random: SimRandom) { self.random = Mutex(random) }

    func next() -> UInt64 { random.withLock { $0.next() } }
}
