/// How long to wait after failures in a row: doubling from a quarter of a second to five, with jitter, so that a
/// thousand branches do not come back in the same instant.
struct Backoff {
    private static let firstMilliseconds = 250
    private static let longestMilliseconds = 5_000
    /// The longest that a node may ask for.
    private static let askedSecondsMax = 300
    private var failures = 0

    mutating func succeeded() { failures = 0 }

    /// - Parameter random: any 64 bits.
    /// - Returns: milliseconds.
    mutating func failed(_ error: any Error, random: UInt64) -> Int {
        let whole = min(Self.firstMilliseconds << min(failures, 10), Self.longestMilliseconds)
        failures += 1
        let jittered = whole / 2 + Int(random % UInt64(whole / 2 + 1))
        guard case .busy(_, _, let seconds?)? = error as? ExchangeFailure else { return jittered }
        return max(jittered, min(seconds, Self.askedSecondsMax) * 1_000)
    }
}
