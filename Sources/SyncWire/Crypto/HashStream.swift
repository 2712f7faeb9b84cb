import CryptoShim

/// SHA-256 of something too long to be in memory.
package struct HashStream: ~Copyable {
    private let hash: OpaquePointer

    package init() {
        var hash: OpaquePointer?
        precondition(cs_sha256_new(&hash) == CS_OK, "SHA-256 is always there")
        guard let hash else { preconditionFailure("a hash that was made is there") }
        self.hash = hash
    }

    deinit { cs_sha256_free(hash) }

    package mutating func add(_ bytes: [UInt8]) {
        precondition(cs_sha256_update(hash, bytes, bytes.count) == CS_OK, "SHA-256 takes any bytes")
    }

    /// 32 bytes; nothing is added after this.
    package mutating func finish() -> [UInt8] { filled(CS_SHA256_BYTES, by: "SHA-256") { cs_sha256_finish(hash, $0) } }
}
