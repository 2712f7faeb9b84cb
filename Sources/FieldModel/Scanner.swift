/// Reads ASCII from the front of a text.
struct Scanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    /// Takes the next byte when it is one of `wanted`.
    mutating func take(_ wanted: String) -> Bool {
        guard let byte = rest.first, wanted.utf8.contains(byte) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Takes exactly `count` decimal digits.
    mutating func number(digits count: Int) -> Int? {
        let taken = rest.prefix(count)
        guard taken.count == count, taken.allSatisfy(Self.isDigit) else { return nil }
        rest = rest.dropFirst(count)
        return taken.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Takes all decimal digits that come next.
    mutating func digits() -> [UInt8] {
        let taken = Array(rest.prefix(while: Self.isDigit))
        rest = rest.dropFirst(taken.count)
        return taken
    }

    /// Takes what is left.
    mutating func remainder() -> String {
        defer { rest = rest.dropFirst(rest.count) }
        return String(Substring(rest))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
