import CryptoShim

/// The public half of an Ed25519 key (RFC 8032, R-10), 32 bytes.
package struct PublicKey: Hashable, Sendable, CustomStringConvertible {
    package static let bytesCount = CS_ED25519_PUBLIC_BYTES

    package let bytes: [UInt8]

    /// Nil unless there are 32 bytes. Bytes that are no point of the curve make a key that verifies nothing.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.bytesCount else { return nil }
        self.bytes = bytes
    }

    init(ofSeed seed: [UInt8]) {
        bytes = filled(Self.bytesCount, by: "Ed25519 key derivation") { cs_ed25519_public(seed, $0) }
    }

    /// Whether `signature` is by this key over exactly this message.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        signature.count == CS_ED25519_SIGNATURE_BYTES
            && cs_ed25519_verify(bytes, message, message.count, signature) == CS_OK
    }

    /// 64 lower-case hex digits.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
