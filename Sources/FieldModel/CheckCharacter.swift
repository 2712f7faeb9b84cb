/// A check character over 0–9 and A–Z, one of the same 36.
///
/// Every character stands for an element of the ring GF(4) × GF(9), which has 36 elements; the check character makes
/// the sum of `element × a^place` zero, where `a` generates both fields. Because a, a − 1, a + 1 and a² − 1 all have
/// inverses, it finds every single wrong character, every swap of neighbours, every swap across one character and
/// every doubled character that became another doubled one. Luhn mod 36 misses some swaps; ISO 7064 mod 37 needs a
/// 37th character. Other characters, such as the dashes, do not count.
enum CheckCharacter {
    static func of(_ text: String) -> String {
        let sum = text.utf8.compactMap(value).reduce(Element.zero) { ($0 + Element(value: $1)).timesGenerator }
        return String(Unicode.Scalar(alphabet[sum.negated.value]))
    }

    /// 0 to 35; nil for a character outside the alphabet.
    static func value(of character: UInt8) -> Int? { alphabet.firstIndex(of: character) }

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

    /// An element of GF(4) × GF(9): polynomials in x over GF(2) modulo x² + x + 1, in i over GF(3) modulo i² + 1.
    private struct Element {
        /// Coefficients of 1 and x, modulo 2.
        var binary: (Int, Int)
        /// Coefficients of 1 and i, modulo 3.
        var ternary: (Int, Int)

        static let zero = Element(value: 0)

        init(value: Int) {
            binary = (value / 9 % 2, value / 18)
            ternary = (value % 3, value / 3 % 3)
        }

        private init(binary: (Int, Int), ternary: (Int, Int)) { (self.binary, self.ternary) = (binary, ternary) }

        var value: Int { binary.1 * 18 + binary.0 * 9 + ternary.1 * 3 + ternary.0 }

        var negated: Element { Element(binary: binary, ternary: ((3 - ternary.0) % 3, (3 - ternary.1) % 3)) }

        /// Times x in GF(4) and 1 + i in GF(9).
        var timesGenerator: Element {
            Element(
                binary: (binary.1, (binary.0 + binary.1) % 2),
                ternary: ((ternary.0 - ternary.1 + 3) % 3, (ternary.0 + ternary.1) % 3))
        }

        static func + (a: Element, b: Element) -> Element {
            Element(
                binary: ((a.binary.0 + b.binary.0) % 2, (a.binary.1 + b.binary.1) % 2),
                ternary: ((a.ternary.0 + b.ternary.0) % 3, (a.ternary.1 + b.ternary.1) % 3))
        }
    }
}
