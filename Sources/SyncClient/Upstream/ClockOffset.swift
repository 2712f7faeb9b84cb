import SyncWire

/// How far this machine's clock is ahead of a node's, measured over the shortest round trip.
struct ClockOffset {
    /// Milliseconds; positive when this machine is ahead. Nil before the first answer.
    private(set) var milliseconds: Int64?
    private var roundTrip = Int64.max

    /// - Parameters: milliseconds since 1970 by this machine's clock when the request left and the answer was here, and
    ///   by the node's when it answered; 0 when it did not say.
    mutating func measure(sent: Int64, received: Int64, nodeTime: Int64) {
        let took = received - sent
        // A negative one: this machine's clock was set in between.
        guard Limits.isTime(nodeTime), took >= 0, took <= roundTrip else { return }
        roundTrip = took
        milliseconds = sent + took / 2 - nodeTime
    }
}
