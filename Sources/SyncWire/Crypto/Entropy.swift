import CryptoShim

/// The operating system's randomness, and the only door to it. What must be repeatable takes its words from a seed.
package enum Entropy {
    package static func bytes(_ count: Int) -> [UInt8] {
        filled(count, by: "the system's randomness") { cs_random($0, count) }
    }

    package static func word() -> UInt64 {
        bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
