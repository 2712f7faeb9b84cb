import Foundation

/// A clock that nobody sets, for intervals.
enum Monotonic {
    static var seconds: Double { reading(CLOCK_MONOTONIC) }

    /// Of the processor, by the thread that asks.
    static var threadSeconds: Double { reading(CLOCK_THREAD_CPUTIME_ID) }

    private static func reading(_ clock: clockid_t) -> Double {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { preconditionFailure("Linux has this clock") }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
