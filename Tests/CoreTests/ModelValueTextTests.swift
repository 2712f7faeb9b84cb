import FieldModel
import SyncCore
import Testing

@Suite("Values as text")
struct ModelValueTextTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let text: String
        let type: ValueType
        let problem: ValueError.Problem
        var testDescription: String { "\(type) \(text.prefix(40).debugDescription)" }
        init(_ text: String, _ type: ValueType, _ problem: ValueError.Problem) {
            (self.text, self.type, self.problem) = (text, type, problem)
        }
    }

    static let refusals: [Refusal] = [
        Refusal("", .text, .empty),
        Refusal("a\u{0}b", .text, .controlCharacter),
        Refusal("\u{1B}[31m", .text, .controlCharacter),
        Refusal("a\r\nb", .text, .controlCharacter),
        Refusal("\u{85}", .text, .controlCharacter),
        Refusal(String(repeating: "a", count: ModelLimits.textBytesMax + 1), .text, .tooLong),
        Refusal("", .integer, .malformed),
        Refusal("-", .integer, .malformed),
        Refusal("+4", .integer, .malformed),
        Refusal("4.0", .integer, .malformed),
        Refusal("0x10", .integer, .malformed),
        Refusal("٣", .integer, .malformed),
        Refusal("9223372036854775808", .integer, .outOfRange),
        Refusal(".5", .decimal, .malformed),
        Refusal("5.", .decimal, .malformed),
        Refusal("1e3", .decimal, .malformed),
        Refusal("1,5", .decimal, .malformed),
        Refusal("--1", .decimal, .malformed),
        Refusal("1.2.3", .decimal, .malformed),
        Refusal("1234567890123456789", .decimal, .outOfRange),
        Refusal("0.0000000000000000001", .decimal, .outOfRange),
        Refusal("True", .bool, .malformed),
        Refusal("1", .bool, .malformed),
        Refusal("2026-11-22", .instant, .malformed),
        Refusal("2026-11-22T14:05:00", .instant, .zoneMissing),
        Refusal("2026-11-22T24:00:00Z", .instant, .outOfRange),
        Refusal("2026-11-22T23:60:00Z", .instant, .outOfRange),
        Refusal("2026-12-31T23:59:60Z", .instant, .outOfRange),
        Refusal("2026-02-29T10:00Z", .instant, .outOfRange),
        Refusal("2026-11-22T14:05:00+18:01", .instant, .outOfRange),
        Refusal("2026-11-22T14:05:00+08:60", .instant, .outOfRange),
        Refusal("2026-11-22T14:05:00+0800", .instant, .malformed),
        Refusal("2026-11-22T14:05:00.Z", .instant, .malformed),
        Refusal("2026-11-22T14:05:00.1234567890Z", .instant, .malformed),
        Refusal("2026-11-22T14:05:00ZZ", .instant, .malformed),
        Refusal("22.11.2026 14:05Z", .instant, .malformed),
        Refusal("2026-11-31", .date, .outOfRange),
        Refusal("2026-13-01", .date, .outOfRange),
        Refusal("2026-00-10", .date, .outOfRange),
        Refusal("2026-01-00", .date, .outOfRange),
        Refusal("0000-01-01", .date, .outOfRange),
        Refusal("1900-02-29", .date, .outOfRange),
        Refusal("2026-1-1", .date, .malformed),
        Refusal("2026-11-22T00:00Z", .date, .malformed),
        Refusal("22/11/2026", .date, .malformed),
        Refusal("183.05", .money, .malformed),
        Refusal("AUD", .money, .malformed),
        Refusal("183.05AU", .money, .malformed),
        Refusal("183.05A1D", .money, .malformed),
        Refusal("183.05  AUD", .money, .malformed),
        Refusal("AUD183.05", .money, .malformed),
        Refusal("183.055AUD", .money, .outOfRange),
        Refusal("183.5JPY", .money, .outOfRange),
        Refusal("1.2345KWD", .money, .outOfRange),
        Refusal("99999999999999999AUD", .money, .outOfRange),
        Refusal("x", .known, .malformed),
    ]

    @Test("a text that the type cannot hold is refused, with what was expected and an example", arguments: refusals)
    func refused(_ refusal: Refusal) {
        let error = #expect(throws: ValueError.self) { try Self.parse(refusal.text, refusal.type) }
        #expect(error?.problem == refusal.problem)
        #expect(error?.example.isEmpty == false)
    }

    @Test("the example of every refusal is a value of that type", arguments: refusals)
    func example(_ refusal: Refusal) throws {
        guard refusal.type != .known else { return }
        let error = try #require(throws: ValueError.self) { try Self.parse(refusal.text, refusal.type) }
        #expect(refusal.type.holds(try Self.parse(error.example, refusal.type)))
        #expect(error.message.en.contains(error.example) && error.message.zh.contains(error.example))
    }

    static let readings: [(String, ValueType, Value)] = [
        ("a\tb\n换斗齿 👍", .text, .text("a\tb\n换斗齿 👍")),
        ("-9223372036854775808", .integer, .integer(.min)),
        ("007", .integer, .integer(7)),
        ("2.50", .decimal, .decimal(unscaled: 250, scale: 2)),
        ("-0.05", .decimal, .decimal(unscaled: -5, scale: 2)),
        ("000000000000000000001.5", .decimal, .decimal(unscaled: 15, scale: 1)),
        ("999999999999999999", .decimal, .decimal(unscaled: 999_999_999_999_999_999, scale: 0)),
        ("true", .bool, .bool(true)),
        ("2026-11-22T14:05:00+08:00", .instant, .instant(milliseconds: 1_795_327_500_000, offsetMinutes: 480)),
        ("2026-11-22 06:05Z", .instant, .instant(milliseconds: 1_795_327_500_000, offsetMinutes: 0)),
        ("2026-11-22T14:05:00+18:00", .instant, .instant(milliseconds: 1_795_291_500_000, offsetMinutes: 1080)),
        ("2026-11-22T02:35:00-03:30", .instant, .instant(milliseconds: 1_795_327_500_000, offsetMinutes: -210)),
        ("1970-01-01T00:00:00.25Z", .instant, .instant(milliseconds: 250, offsetMinutes: 0)),
        ("1969-12-31T23:59:59.999999Z", .instant, .instant(milliseconds: -1, offsetMinutes: 0)),
        ("1970-01-01", .date, .date(days: 0)),
        ("2000-02-29", .date, .date(days: 11_016)),
        ("0001-01-01", .date, .date(days: -719_162)),
        ("9999-12-31", .date, .date(days: 2_932_896)),
        ("183.05AUD", .money, .money(minor: 18305, currency: "AUD")),
        ("183.5 aud", .money, .money(minor: 18350, currency: "AUD")),
        ("-5CNY", .money, .money(minor: -500, currency: "CNY")),
        ("1500JPY", .money, .money(minor: 1500, currency: "JPY")),
        ("1.234KWD", .money, .money(minor: 1234, currency: "KWD")),
    ]

    @Test("the forms of the contract are read", arguments: readings)
    func read(_ text: String, _ type: ValueType, _ value: Value) throws {
        #expect(try Self.parse(text, type) == value)
    }

    @Test("what is printed is read back as the same value", arguments: readings.map(\.2))
    func roundTrip(_ value: Value) throws {
        let type = try #require(Self.readings.first { $0.2 == value }?.1)
        #expect(try Self.parse(value.printed, type) == value)
        #expect(try ValueText.parse(value.json, as: type, reference: Self.noReference) == value)
    }

    @Test("the scale of a decimal and the zone of an instant are printed as they were entered")
    func asEntered() throws {
        #expect(try Self.parse("2.50", .decimal).printed == "2.50")
        #expect(try Self.parse("-0.05", .decimal).printed == "-0.05")
        #expect(try Self.parse("2026-11-22 14:05+08:00", .instant).printed == "2026-11-22T14:05:00+08:00")
        #expect(try Self.parse("2026-11-22T02:35:00.120-03:30", .instant).printed == "2026-11-22T02:35:00.120-03:30")
        #expect(try Self.parse("2026-11-22T14:05:00Z", .instant).printed == "2026-11-22T14:05:00Z")
        #expect(try Self.parse("1500 jpy", .money).printed == "1500JPY")
        #expect(try Self.parse("0.5AUD", .money).printed == "0.50AUD")
    }

    @Test("an instant without a zone takes the one that is handed in, and only then")
    func defaultZone() throws {
        let value = try ValueText.parse(
            "2026-11-22 14:05", as: .instant, defaultOffsetMinutes: 480, reference: Self.noReference)
        #expect(value == .instant(milliseconds: 1_795_327_500_000, offsetMinutes: 480))
    }

    @Test("a text at the limit is taken")
    func limit() throws {
        let text = String(repeating: "a", count: ModelLimits.textBytesMax)
        #expect(try Self.parse(text, .text) == .text(text))
    }

    @Test("a reference is found by the caller, and his error comes through")
    func references() throws {
        struct NotFound: Error {}
        let id = RecordID(high: 1, low: 2)
        let value = try ValueText.parse("WO-1", as: .reference(EntityTag.workOrder)) { text, target in
            #expect(text == "WO-1" && target == EntityTag.workOrder)
            return id
        }
        #expect(value == .reference(id))
        #expect(throws: NotFound.self) {
            try ValueText.parse("WO-1", as: .reference(nil)) { _, _ in throw NotFound() }
        }
    }

    @Test("a word of a closed list is taken by word, alias or Chinese label, and another one refused with the list")
    func closedList() throws {
        let severity = try #require(Catalogue.request.field(named: "severity"))
        for text in ["severe", "3", "严重"] {
            #expect(try severity.parse(text, reference: Self.noReference) == .text("severe"))
        }
        let error = try #require(throws: ValueError.self) {
            try severity.parse("urgent", reference: Self.noReference)
        }
        #expect(error.problem == .unknownWord && error.expected.en.contains("very_severe"))
    }

    @Test("a field with suggestions takes any word")
    func openList() throws {
        let channel = try #require(Catalogue.request.field(named: "channel"))
        #expect(try channel.parse("carrier pigeon", reference: Self.noReference) == .text("carrier pigeon"))
    }

    private static func parse(_ text: String, _ type: ValueType) throws -> Value {
        try ValueText.parse(text, as: type, reference: noReference)
    }

    private static func noReference(_ text: String, _ target: TypeTag?) throws -> RecordID {
        struct Unexpected: Error {}
        throw Unexpected()
    }
}
