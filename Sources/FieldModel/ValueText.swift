package import SyncCore

/// Values in the form in which people and scripts write them on a command line.
package enum ValueText {
    /// Reads `text` as a value of `type`.
    ///
    /// - Parameters:
    ///   - defaultOffsetMinutes: the zone of an instant that names none; nil: such an instant is refused.
    ///   - reference: finds the record that a text names among those of the given type (nil: of any type).
    /// - Throws: `ValueError`, or what `reference` throws.
    package static func parse(
        _ text: String, as type: ValueType, defaultOffsetMinutes: Int16? = nil,
        reference: (String, TypeTag?) throws -> RecordID
    ) throws -> Value {
        switch type {
        case .text: try self.text(text)
        case .integer: try integer(text)
        case .decimal: try decimal(text)
        case .bool: try bool(text)
        case .instant: try instant(text, defaultOffsetMinutes: defaultOffsetMinutes)
        case .date: try date(text)
        case .money: try money(text)
        case .reference(let target): try .reference(reference(text, target))
        case .known: throw ValueError(.malformed, expected: Words("nothing", "空"), example: "–")
        }
    }

    static func text(_ text: String) throws(ValueError) -> Value {
        func refused(_ problem: ValueError.Problem) -> ValueError {
            let expected = Words("a text of at most 64 KiB", "不超过 64 KiB 的文字")
            return ValueError(problem, expected: expected, example: "FIT BUCKET TOOTH")
        }
        if text.isEmpty { throw refused(.empty) }
        if text.utf8.count > ModelLimits.textBytesMax { throw refused(.tooLong) }
        if text.unicodeScalars.contains(where: isControl) { throw refused(.controlCharacter) }
        return .text(text)
    }

    static func integer(_ text: String) throws(ValueError) -> Value {
        let expected = Words("a whole number", "整数")
        var scanner = Scanner(text)
        _ = scanner.take("-")
        guard !scanner.digits().isEmpty, scanner.isAtEnd else {
            throw ValueError(.malformed, expected: expected, example: "42")
        }
        guard let number = Int64(text) else { throw ValueError(.outOfRange, expected: expected, example: "42") }
        return .integer(number)
    }

    static func bool(_ text: String) throws(ValueError) -> Value {
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: throw ValueError(.malformed, expected: Words("true or false", "true 或 false"), example: "true")
        }
    }

    static func date(_ text: String) throws(ValueError) -> Value {
        let expected = Words("a day of the calendar", "日历上的日期")
        var scanner = Scanner(text)
        guard let numbers = scanner.dayNumbers(), scanner.isAtEnd else {
            throw ValueError(.malformed, expected: expected, example: "2026-11-22")
        }
        guard let date = CivilDate(year: numbers.year, month: numbers.month, day: numbers.day) else {
            throw ValueError(.outOfRange, expected: expected, example: "2026-11-22")
        }
        return .date(days: Int32(date.days))
    }

    /// Line feed and tab belong to what people write; the rest would disturb terminals, logs and files.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        (scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)) && scalar != "\n" && scalar != "\t"
    }
}

extension Scanner {
    /// Takes `2026-11-22`; whether there is such a day is not looked at.
    mutating func dayNumbers() -> (year: Int, month: Int, day: Int)? {
        guard let year = number(digits: 4), take("-"), let month = number(digits: 2), take("-"),
            let day = number(digits: 2)
        else { return nil }
        return (year, month, day)
    }
}
