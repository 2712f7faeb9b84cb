package import FieldModel
import SyncCore

/// Moments of the log, which have no zone of their own.
package enum Moments {
    /// In UTC, for scripts.
    package static func json(_ milliseconds: Int64) -> JSONValue {
        .string(Instant(milliseconds: milliseconds, offsetMinutes: 0).text)
    }

    /// In the machine's zone.
    static func local(_ milliseconds: Int64) -> Instant {
        Instant(milliseconds: milliseconds, offsetMinutes: LocalZone.offsetMinutes(at: milliseconds))
    }

    private static let (dayMilliseconds, recentMilliseconds): (Int64, Int64) = (86_400_000, 6 * 86_400_000)

    /// As people name a moment: `14:05` of today, `Tue 14:05` of the last days, else with the date.
    static func spoken(_ instant: Instant, now: Int64) -> Words {
        if abs(now - instant.milliseconds) < dayMilliseconds, local(now).local?.date == instant.local?.date,
            let clock = instant.clockText
        {
            return Words(clock, clock)
        }
        return dated(instant, now: now)
    }

    /// `Tue 14:05`, and with the date of what is some days ago.
    static func dated(_ milliseconds: Int64, now: Int64) -> Words { dated(local(milliseconds), now: now) }

    private static func dated(_ instant: Instant, now: Int64) -> Words {
        instant.spoken(recently: local(now - recentMilliseconds))
    }

    static func spoken(_ milliseconds: Int64, now: Int64) -> Words { spoken(local(milliseconds), now: now) }

    /// Until when something is to be decided.
    static func due(_ at: Int64, now: Int64) -> Words {
        let due = spoken(at, now: now)
        return now > at ? Words("\(due.en) (overdue)", "\(due.zh)（已逾期）") : due
    }

    /// `2026-11-22 14:05`, in the machine's zone.
    package static func text(_ milliseconds: Int64) -> String {
        let instant = local(milliseconds)
        guard let local = instant.local, let clock = instant.clockText else { return instant.text }
        return "\(local.date.text) \(clock)"
    }
}

extension JSONValue {
    /// A single value of a document as people read it in a table.
    package var shown: String {
        switch self {
        case .null: "–"
        case .string(let text): text
        default: canonical()
        }
    }
}
