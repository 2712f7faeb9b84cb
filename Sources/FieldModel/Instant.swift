package import SyncCore

/// A moment and the zone in which the person entered it.
package struct Instant: Sendable, Hashable {
    /// Since 1970 UTC.
    package let milliseconds: Int64
    /// The zone's offset from UTC.
    package let offsetMinutes: Int16

    package init(milliseconds: Int64, offsetMinutes: Int16) {
        self.milliseconds = milliseconds
        self.offsetMinutes = offsetMinutes
    }

    /// Nil when the value is no instant.
    package init?(_ value: Value) {
        guard case .instant(let milliseconds, let offset) = value else { return nil }
        self.init(milliseconds: milliseconds, offsetMinutes: offset)
    }

    package var value: Value { .instant(milliseconds: milliseconds, offsetMinutes: offsetMinutes) }

    /// `2026-11-22T14:05:00+08:00`, `Z` for UTC, milliseconds where there are any. An instant outside the years that
    /// four digits can write, which only a foreign program can have made, is written as `@` and its milliseconds.
    package var text: String {
        guard let (date, millisecondOfDay) = local else { return "@\(milliseconds)" }
        let fraction = millisecondOfDay % 1000
        let decimals = fraction == 0 ? "" : ".\(padded(fraction, to: 3))"
        return "\(date.text)T\(Self.clock(millisecondOfDay))\(decimals)\(zone)"
    }

    /// The civil day and the milliseconds since its midnight, in the zone as entered.
    package var local: (date: CivilDate, millisecondOfDay: Int)? {
        let (shifted, overflow) = Int(milliseconds).addingReportingOverflow(Int(offsetMinutes) * 60_000)
        let day = 86_400_000
        let millisecondOfDay = ((shifted % day) + day) % day
        guard !overflow, let date = CivilDate(days: (shifted - millisecondOfDay) / day) else { return nil }
        return (date, millisecondOfDay)
    }

    private static func clock(_ millisecondOfDay: Int) -> String {
        let seconds = millisecondOfDay / 1000
        return [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, to: 2) }.joined(separator: ":")
    }

    private var zone: String {
        if offsetMinutes == 0 { return "Z" }
        let minutes = abs(Int(offsetMinutes))
        return "\(offsetMinutes < 0 ? "-" : "+")\(padded(minutes / 60, to: 2)):\(padded(minutes % 60, to: 2))"
    }
}
