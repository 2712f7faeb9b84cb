import Foundation

/// The zone of the machine (TZ), for times that name none.
package enum LocalZone {
    /// - Parameter milliseconds: since 1970 UTC; summer time depends on it.
    package static func offsetMinutes(at milliseconds: Int64) -> Int16 {
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        return Int16(TimeZone.current.secondsFromGMT(for: date) / 60)
    }
}
