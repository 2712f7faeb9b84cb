import CryptoShim

/// SHA-256 and what is made of it.
package enum Hash {
    /// SHA-256 of the parts one after the other, 32 bytes.
    package static func sha256(_ parts: [UInt8]...) -> [UInt8] {
        parts.count == 1 ? digest(of: parts[0]) : digest(ofParts: parts)
    }

    /// The first 16 bytes of SHA-256, as two big-endian words.
    package static func short(_ bytes: [UInt8]) -> (UInt64, UInt64) {
        let digest = sha256(bytes)
        return (word(digest[0..<8]), word(digest[8..<16]))
    }

    /// HMAC-SHA256 (RFC 2104), 32 bytes.
    package static func hmac(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        filled(CS_SHA256_BYTES, by: "HMAC-SHA256") {
            cs_hmac_sha256(key, key.count, message, message.count, $0)
        }
    }

    private static func digest(of bytes: [UInt8]) -> [UInt8] {
        filled(CS_SHA256_BYTES, by: "SHA-256") { cs_sha256_once(bytes, bytes.count, $0) }
    }

    private static func digest(ofParts parts: [[UInt8]]) -> [UInt8] {
        var hash: OpaquePointer?
        var status = cs_sha256_new(&hash)
        defer { cs_sha256_free(hash) }
        for part in parts where status == CS_OK {
            status = cs_sha256_update(hash, part, part.count)
        }
        return filled(CS_SHA256_BYTES, by: "SHA-256") { status == CS_OK ? cs_sha256_finish(hash, $0) : status }
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// Whether both are the same bytes, in a time that tells nothing about where they differ.
package func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.count == b.count && cs_equal(a, b, a.count) == 1
}
