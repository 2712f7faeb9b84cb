/// The hybrid logical clock of one replica (sync-model §7). The wall clock is handed in with every call.
package struct HybridClock: Hashable, Sendable {
    /// A timestamp further ahead of the corrected wall clock than this never moves the clock.
    package static let aheadMillisecondsMax: Int64 = 5 * 60 * 1000

    /// The greatest timestamp seen or given that was not too far ahead.
    package private(set) var last: Timestamp

    package init(last: Timestamp = .zero) { self.last = last }

    /// Takes note of a timestamp that came from elsewhere.
    /// - Parameter wall: milliseconds since 1970, corrected by the measured offset.
    package mutating func saw(_ timestamp: Timestamp, wall: Int64) {
        if timestamp.milliseconds - Self.aheadMillisecondsMax <= wall { last = max(last, timestamp) }
    }

    /// The timestamp of a new write: later than the corrected wall clock says, than all that was seen, and than what
    /// the write overwrites, however far ahead that is.
    package mutating func stamp(wall: Int64, overwritten: Timestamp) -> Timestamp {
        let floor = max(last, overwritten)
        let now = Timestamp(milliseconds: wall, counter: 0)
        let stamped = min(now > floor ? now : floor.next, .last)
        saw(stamped, wall: wall)
        return stamped
    }
}
