/// Numbers that a seed brings back (SplitMix64).
struct SimRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    /// Numbers of their own for a part of what a seed brings: what others draw does not change them.
    init(_ seed: UInt64, part: UInt64) {
        var mixed = SimRandom(seed &+ part &* 0xD1B5_4A32_D192_ED03)
        state = mixed.next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    /// - Parameter thousandth: how often in a thousand.
    mutating func happens(_ thousandth: Int) -> Bool { below(1000) < thousandth }

    mutating func pick<Element>(_ list: [Element]) -> Element? { list.isEmpty ? nil : list[below(list.count)] }
}
