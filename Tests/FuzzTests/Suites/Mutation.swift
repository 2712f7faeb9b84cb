/// Inputs that are nearly those that a program of ours sends: the same ones for the same seed, on every machine.
struct Mutation: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// One of the inputs after one to four changes.
    mutating func mutant(of inputs: [[UInt8]], bytesMax: Int) -> [UInt8] {
        var bytes = inputs[below(inputs.count)]
        for _ in 0...below(4) { change(&bytes, with: inputs[below(inputs.count)]) }
        return Array(bytes.prefix(bytesMax))
    }

    private mutating func change(_ bytes: inout [UInt8], with other: [UInt8]) {
        let place = below(bytes.count + 1)
        let end = min(bytes.count, place + 1 + below(12))
        switch below(8) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
        case 1 where place < bytes.count: bytes[place] = telling()
        case 2: bytes.insert(telling(), at: place)
        case 3: bytes.removeSubrange(place..<end)
        case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
        // A number in more bytes than it needs, or a great one.
        case 5: bytes.insert(contentsOf: [UInt8](repeating: [0x80, 0xFF][below(2)], count: 1 + below(10)), at: place)
        case 6: bytes.removeSubrange(place...)
        default: bytes = Array(bytes[..<place] + other.dropFirst(below(other.count + 1)))
        }
    }

    /// A byte at which readers part ways, or any.
    private mutating func telling() -> UInt8 {
        below(2) == 0 ? UInt8(truncatingIfNeeded: next()) : [0, 1, 0x7F, 0x80, 0xFF, 0x0A, 0x10, 0x22, 0x2C][below(9)]
    }

    private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
