import SyncCore

extension ValueText {
    /// `2026-11-22T14:05:00+08:00`; also with a space for the T, `Z` for the zone, without seconds, or with a fraction
    /// of a second, of which milliseconds are kept.
    static func instant(_ text: String, defaultOffsetMinutes: Int16?) throws(ValueError) -> Value {
        var scanner = Scanner(text)
        guard let day = scanner.dayNumbers(), scanner.take("Tt "), let time = scanner.timeOfDay() else {
            throw instantError(.malformed)
        }
        let offset = try zone(&scanner, default: defaultOffsetMinutes)
        guard let date = CivilDate(year: day.year, month: day.month, day: day.day), let time = time.milliseconds else {
            throw instantError(.outOfRange)
        }
        let local = Int64(date.days) * 86_400_000 + Int64(time)
        return .instant(milliseconds: local - Int64(offset) * 60_000, offsetMinutes: offset)
    }

    private static func zone(_ scanner: inout Scanner, default: Int16?) throws(ValueError) -> Int16 {
        if scanner.isAtEnd {
            guard let offset = `default` else { throw instantError(.zoneMissing) }
            return offset
        }
        if scanner.take("Zz") {
            guard scanner.isAtEnd else { throw instantError(.malformed) }
            return 0
        }
        let isWest = scanner.take("-")
        guard isWest || scanner.take("+"), let hours = scanner.number(digits: 2), scanner.take(":"),
            let minutes = scanner.number(digits: 2), scanner.isAtEnd
        else { throw instantError(.malformed) }
        let offset = hours * 60 + minutes
        guard minutes < 60, offset <= ModelLimits.offsetMinutesMax else { throw instantError(.outOfRange) }
        return Int16(isWest ? -offset : offset)
    }

    private static func instantError(_ problem: ValueError.Problem) -> ValueError {
        ValueError(
            problem, expected: Words("a date, a time and a time zone", "日期、时间和时区"),
            example: "2026-11-22T14:05:00+08:00")
    }
}

/// What a clock shows, perhaps impossible.
private struct ClockReading {
    var hour: Int
    var minute: Int
    var second = 0
    var millisecond = 0

    /// Since midnight; nil for a time that no clock shows. Leap seconds are not known here, as in POSIX time.
    var milliseconds: Int? {
        guard hour < 24, minute < 60, second < 60 else { return nil }
        return ((hour * 60 + minute) * 60 + second) * 1000 + millisecond
    }
}

extension Scanner {
    /// Takes `14:05`, `14:05:30` or `14:05:30.250`.
    fileprivate mutating func timeOfDay() -> ClockReading? {
        guard let hour = number(digits: 2), take(":"), let minute = number(digits: 2) else { return nil }
        var reading = ClockReading(hour: hour, minute: minute)
        guard take(":") else { return reading }
        guard let second = number(digits: 2) else { return nil }
        reading.second = second
        guard take(".,") else { return reading }
        let fraction = digits()
        guard (1...9).contains(fraction.count) else { return nil }
        reading.millisecond = (fraction + [0x30, 0x30]).prefix(3).reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return reading
    }
}
