/// How much to send, or to ask for, in one request: what the line carries in a few seconds. So an interruption loses
/// seconds of work on a slow line too, and a fast one is not slowed down by round trips.
struct Pace {
    /// Before anything is known of the line.
    static let firstBytes = 128 * 1024
    static let leastBytes = 16 * 1024
    private static let secondsWanted = 5.0
    /// One measurement changes it by so much at most: the node may just have been busy.
    private static let stepMax = 8

    private(set) var bytes = firstBytes

    /// A request came to its end.
    /// - Parameters:
    ///   - carried: bytes of its message, before compression.
    ///   - seconds: from its beginning to the end of its answer.
    mutating func carried(_ carried: Int, seconds: Double) {
        // A small message says how long the way is, not how wide.
        guard carried >= bytes / 2 || seconds > Self.secondsWanted else { return }
        let fitting = Double(carried) * Self.secondsWanted / max(seconds, 0.001)
        let most = Double(bytes * Self.stepMax)
        bytes = Int(min(max(fitting, Double(bytes / Self.stepMax), Double(Self.leastBytes)), most, Self.mostBytes))
    }

    /// A request was interrupted: perhaps it was too much for one connection's life.
    mutating func interrupted() { bytes = max(Self.leastBytes, bytes / 2) }

    private static let mostBytes = 4_000_000.0
}
