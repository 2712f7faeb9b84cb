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
