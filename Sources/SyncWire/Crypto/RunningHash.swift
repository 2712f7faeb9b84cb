import CryptoShim

/// SHA-256 of bytes that come piece by piece.
package final class RunningHash {
    private var hash: OpaquePointer?
    private var status: cs_status

    package init() { status = cs_sha256_new(&hash) }

    deinit { cs_sha256_free(hash) }

    package func add(_ bytes: ArraySlice<UInt8>) {
        guard status == CS_OK else { return }
        status = bytes.withUnsafeBufferPointer { cs_sha256_update(hash, $0.baseAddress, $0.count) }
    }

    /// 32 bytes; nothing is added after it.
    package func finish() -> [UInt8] {
        filled(CS_SHA256_BYTES, by: "SHA-256") { status == CS_OK ? cs_sha256_finish(hash, $0) : status }
    }
}
