import FieldModel
import Testing

@Suite("Civil dates")
struct ModelCivilDateTests {
    @Test("a day that is not in the calendar is refused")
    func impossible() {
        let days = [(2026, 2, 29), (2100, 2, 29), (2026, 4, 31), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0)]
        for (year, month, day) in days { #expect(CivilDate(year: year, month: month, day: day) == nil) }
        #expect(CivilDate(year: 0, month: 12, day: 31) == nil)
        #expect(CivilDate(year: 10_000, month: 1, day: 1) == nil)
        #expect(CivilDate(days: -719_163) == nil)
        #expect(CivilDate(days: 2_932_897) == nil)
        #expect(CivilDate(days: .min) == nil)
        #expect(CivilDate(days: .max) == nil)
    }

    @Test("both ends of every month from year 1 to 9999 have their number and come back from it")
    func everyMonth() throws {
        var expected = -719_162
        for year in 1...9999 {
            for (month, length) in zip(1...12, Self.lengths(year)) {
                for day in [1, length] {
                    let date = try #require(CivilDate(year: year, month: month, day: day))
                    guard date.days == expected + day - 1, CivilDate(days: date.days) == date else {
                        Issue.record("\(date.text) is \(date.days), not \(expected + day - 1)")
                        return
                    }
                }
                expected += length
            }
        }
        #expect(expected == 2_932_897)
    }

    @Test("leap days are where they belong", arguments: [1900: false, 2000: true, 2024: true, 2026: false, 2400: true])
    func leapYears(_ year: Int, _ isLeap: Bool) {
        #expect((CivilDate(year: year, month: 2, day: 29) != nil) == isLeap)
        #expect(CivilDate.isLeap(year) == isLeap)
    }

    @Test("days are written with four digits of year")
    func text() {
        #expect(CivilDate(year: 1, month: 2, day: 3)?.text == "0001-02-03")
        #expect(CivilDate(days: 0)?.text == "1970-01-01")
        #expect(CivilDate(days: 20_000)?.text == "2024-10-04")
    }

    @Test("an instant that no four-digit year can write is still printed")
    func farInstant() {
        #expect(Instant(milliseconds: .max, offsetMinutes: 60).text == "@\(Int64.max)")
        #expect(Instant(milliseconds: .min, offsetMinutes: -60).text == "@\(Int64.min)")
    }

    private static func lengths(_ year: Int) -> [Int] {
        [31, year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    }
}
