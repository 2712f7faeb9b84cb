/// An input that is several: each of the first ones behind its length in two bytes, the last one is what is left.
struct Parts: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>
    private var left: Int

    init(_ bytes: [UInt8], count: Int) { (rest, left) = (bytes[...], count) }

    mutating func next() -> [UInt8]? {
        guard left > 0 else { return nil }
        left -= 1
        guard left > 0 else { return Array(rest) }
        let length = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(2)
        defer { rest = rest.dropFirst(length) }
        return Array(rest.prefix(length))
    }

    /// For seeds: at most 65,535 bytes each.
    static func joined(_ parts: [[UInt8]]) -> [UInt8] {
        let head = parts.dropLast().flatMap { [UInt8($0.count >> 8), UInt8(truncatingIfNeeded: $0.count)] + $0 }
        return head + (parts.last ?? [])
    }
}
