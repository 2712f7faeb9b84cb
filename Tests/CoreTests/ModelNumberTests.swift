import FieldModel
import Testing

@Suite("Readable numbers")
struct ModelNumberTests {
    static let sample: [String] = ["AS-1-1-000000", "WO-GZ03-K7-000214", "VI-ZZZZZZZZ-Z-999999", "SR-PER-A1B2-1234567"]
        .compactMap { body in
            let parts = body.split(separator: "-").map(String.init)
            return ReadableNumber(prefix: parts[0], branch: parts[1], device: parts[2], counter: UInt32(parts[3])!)?
                .text
        }

    @Test(
        "what is no readable number is refused",
        arguments: [
            "", "WO", "WO-GZ03-K7-000214", "WO-GZ03-K7-214-5", "WO-GZ03-K7-0000214-5", "WO-GZ03-K7-0000000214-5",
            "WO-GZ03-K7-00021x-5", "WO--K7-000214-5", "WO-GZ03-K7-000214-", "WO-GZ03-K7-000214-55",
            "WO-GZ03-K7-+00214-5", "WO-广州-K7-000214-5", "WO-GZ0300000-K7-000214-5", "WO GZ03 K7 000214 5",
            "WO-GZ03-K7-000214-5-",
        ])
    func malformed(_ text: String) {
        #expect(throws: ReadableNumberError.malformed) { try Self.read(text) }
    }

    @Test("codes are 1 to 8 capital letters and digits, counters have at most nine digits")
    func codes() {
        #expect(ReadableNumber(prefix: "WO", branch: "", device: "K7", counter: 1) == nil)
        #expect(ReadableNumber(prefix: "WO", branch: "gz", device: "K7", counter: 1) == nil)
        #expect(ReadableNumber(prefix: "WO", branch: "GZ-3", device: "K7", counter: 1) == nil)
        #expect(ReadableNumber(prefix: "WO", branch: "GZ", device: "123456789", counter: 1) == nil)
        let counter = ModelLimits.numberCounterMax
        #expect(ReadableNumber(prefix: "WO", branch: "GZ", device: "K7", counter: counter) != nil)
        #expect(ReadableNumber(prefix: "WO", branch: "GZ", device: "K7", counter: counter + 1) == nil)
    }

    @Test("a number is read as it is printed, also in small letters", arguments: sample)
    func roundTrip(_ text: String) throws {
        #expect(try Self.read(text).text == text)
        #expect(try Self.read(text.lowercased()).text == text)
    }

    @Test("the counter has six digits, more only where it needs them")
    func counter() throws {
        #expect(Self.sample.count == 4)
        #expect(Self.sample[1].hasPrefix("WO-GZ03-K7-000214-"))
        #expect(try Self.read(Self.sample[3]).counter == 1_234_567)
    }

    @Test("every single wrong character is found", arguments: sample)
    func substitutions(_ text: String) {
        for index in Self.countedPlaces(text) {
            for character in Self.alphabet where character != Array(text)[index] {
                var wrong = Array(text)
                wrong[index] = character
                #expect(throws: ReadableNumberError.self, "\(String(wrong))") { try Self.read(String(wrong)) }
            }
        }
    }

    @Test("every swap of two neighbours is found, and every swap across one character", arguments: sample)
    func transpositions(_ text: String) {
        let places = Self.countedPlaces(text)
        for (left, right) in Array(zip(places, places.dropFirst())) + Array(zip(places, places.dropFirst(2))) {
            var wrong = Array(text)
            guard wrong[left] != wrong[right] else { continue }
            wrong.swapAt(left, right)
            #expect(throws: ReadableNumberError.self, "\(String(wrong))") { try Self.read(String(wrong)) }
        }
    }

    @Test("a mistyped number is told apart from what is none")
    func mistyped() throws {
        let text = Self.sample[1]
        let other = text.last == "0" ? "1" : "0"
        #expect(throws: ReadableNumberError.mistyped) { try Self.read(text.dropLast() + other) }
    }

    @Test("the check character of a known number stays what it was")
    func knownAnswer() {
        #expect(Self.sample[1] == "WO-GZ03-K7-000214-T")
    }

    private static func read(_ text: String) throws -> ReadableNumber { try ReadableNumber(text: text) }

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")

    private static func countedPlaces(_ text: String) -> [Int] { Array(text).indices.filter { Array(text)[$0] != "-" } }
}
