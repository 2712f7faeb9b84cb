extension Instant {
    /// `14:05` in the zone as entered; nil outside the calendar.
    package var clockText: String? {
        local.map {
            "\(padded($0.millisecondOfDay / 3_600_000, to: 2)):\(padded($0.millisecondOfDay / 60_000 % 60, to: 2))"
        }
    }

    /// `Tue 09:10`, `周二 09:10`: how people name a moment of the last days; with the date where it was before
    /// `recently`, or outside the calendar as `text`.
    package func spoken(recently: Instant) -> Words {
        guard let local, let clockText else { return Words(text, text) }
        // Civil day 0, 1970-01-01, was a Thursday.
        let weekday = ((local.date.days + 4) % 7 + 7) % 7
        let day = milliseconds < recently.milliseconds ? "\(local.date.text) " : ""
        return Words(
            "\(day)\(Self.weekdays[weekday].en) \(clockText)", "\(day)\(Self.weekdays[weekday].zh) \(clockText)")
    }

    private static let weekdays = [
        Words("Sun", "周日"), Words("Mon", "周一"), Words("Tue", "周二"), Words("Wed", "周三"), Words("Thu", "周四"),
        Words("Fri", "周五"), Words("Sat", "周六"),
    ]
}
