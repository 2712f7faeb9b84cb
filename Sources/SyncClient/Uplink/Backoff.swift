/// How long to wait after failures in a row: doubling from a quarter of a second, with jitter, so that a thousand
/// branches do not come back in the same instant.
package struct Backoff: Sendable {
    private static let firstMilliseconds = 250
    /// The longest that a node may ask for.
    private static let askedSecondsMax = 300
    private let longestMilliseconds: Int
    private var failures = 0

    /// - Parameter longestSeconds: at most 300.
    package init(longestSeconds: Int) { longestMilliseconds = longestSeconds * 1_000 }

    mutating func succeeded() { failures = 0 }

    /// - Parameter random: any 64 bits.
    /// - Returns: milliseconds.
    mutating func failed(_ error: any Error, random: UInt64) -> Int {
        let whole = min(Self.firstMilliseconds << min(failures, 11), longestMilliseconds)
        failures += 1
        let jittered = whole / 2 + Int(random % UInt64(whole / 2 + 1))
        guard case .busy(_, _, let seconds?)? = error as? ExchangeFailure else { return jittered }
        return max(jittered, min(seconds, Self.askedSecondsMax) * 1_000)
    }
}
