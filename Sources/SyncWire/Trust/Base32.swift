/// Crockford's base 32: digits and capitals without I, L, O and U.
enum Base32 {
    static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    /// Of an enrolment code: 20 bytes and the check.
    static let codeCharacters = 33

    /// Five bits a character; the count of bytes is a multiple of five.
    static func values(of bytes: [UInt8]) -> [UInt8] {
        stride(from: 0, to: bytes.count, by: 5).flatMap { start in
            let word = bytes[start..<start + 5].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return stride(from: 35, through: 0, by: -5).map { UInt8(word >> UInt64($0) & 31) }
        }
    }

    static func bytes(_ values: some Collection<UInt8>) -> [UInt8] {
        let values = Array(values)
        return stride(from: 0, to: values.count, by: 8).flatMap { start in
            let word = values[start..<start + 8].reduce(UInt64(0)) { $0 << 5 | UInt64($1) }
            return stride(from: 32, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
        }
    }

    /// The values of what a person typed; spaces and dashes do not count.
    static func values(of text: String) throws(EnrolmentCodeError) -> [UInt8] {
        var values: [UInt8] = []
        for character in text where !character.isWhitespace && !"-‐‑–—－_".contains(character) {
            guard let value = value(of: character) else { throw .character(character) }
            values.append(value)
        }
        return values
    }

    private static func value(of character: Character) -> UInt8? {
        switch character {
        case "O", "o": return 0
        case "I", "i", "L", "l": return 1
        default:
            guard let ascii = character.uppercased().utf8.first, character.isASCII else { return nil }
            return alphabet.firstIndex(of: ascii).map(UInt8.init)
        }
    }

    /// Makes the sum of `value × x^place` zero in GF(32) = GF(2)[x] / (x⁵ + x² + 1). Powers of x differ for 31 places, so
    /// it finds every single wrong character and every swap of two that are less than 31 places apart.
    static func check(of values: some Sequence<UInt8>) -> UInt8 {
        timesX(values.reduce(0) { timesX($0) ^ $1 })
    }

    private static func timesX(_ value: UInt8) -> UInt8 { value & 16 == 0 ? value << 1 : value << 1 ^ 0b100101 }
}
