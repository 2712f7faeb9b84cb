import CryptoShim

/// The secret half of an Ed25519 key (RFC 8032).
package struct SigningKey: Sendable, CustomStringConvertible {
    package static let seedBytes = CS_ED25519_SEED_BYTES

    /// 32 bytes: the whole secret.
    package let seed: [UInt8]
    package let publicKey: PublicKey

    package init(seed: [UInt8]) {
        precondition(seed.count == Self.seedBytes, "an Ed25519 seed has 32 bytes")
        self.seed = seed
        publicKey = PublicKey(ofSeed: seed)
    }

    /// The signature of `message`, 64 bytes; the same for the same message each time.
    package func sign(_ message: [UInt8]) -> [UInt8] {
        filled(CS_ED25519_SIGNATURE_BYTES, by: "Ed25519 signing") {
            cs_ed25519_sign(seed, message, message.count, $0)
        }
    }

    /// Without the seed, so that no log line gives the key away.
    package var description: String { "SigningKey of \(publicKey)" }
}
