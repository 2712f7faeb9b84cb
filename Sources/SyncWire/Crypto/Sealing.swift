import CryptoShim

/// AES-256-GCM: secret, and any change to it or to what it is associated with is noticed.
package enum Sealing {
    package static let keyBytes = CS_GCM_KEY_BYTES
    package static let nonceBytes = CS_GCM_NONCE_BYTES
    /// How much longer a sealed text is than the plain one.
    package static let overheadBytes = CS_GCM_NONCE_BYTES + CS_GCM_TAG_BYTES

    /// The nonce (12 bytes), the ciphertext and the tag (16 bytes). No nonce may serve twice under one key: that would
    /// give away both texts and the power to forge. `plain` is less than 2 GiB.
    package static func seal(_ plain: [UInt8], key: [UInt8], associated: [UInt8], nonce: [UInt8]) -> [UInt8] {
        precondition(key.count == keyBytes, "an AES-256 key has 32 bytes")
        precondition(nonce.count == nonceBytes, "a GCM nonce has 12 bytes")
        return nonce
            + filled(plain.count + CS_GCM_TAG_BYTES, by: "AES-256-GCM") {
                cs_gcm_seal(key, nonce, associated, associated.count, plain, plain.count, $0)
            }
    }

    /// The plain bytes; nil when any byte of `sealed` or `associated` is not what it was, or under another key.
    package static func open(_ sealed: [UInt8], key: [UInt8], associated: [UInt8]) -> [UInt8]? {
        precondition(key.count == keyBytes, "an AES-256 key has 32 bytes")
        guard sealed.count >= overheadBytes else { return nil }
        var plain = [UInt8](repeating: 0, count: sealed.count - overheadBytes)
        let status = sealed.withUnsafeBufferPointer { whole in
            let body = UnsafeBufferPointer(rebasing: whole[nonceBytes...])
            return cs_gcm_open(
                key, whole.baseAddress, associated, associated.count, body.baseAddress, body.count, &plain)
        }
        return status == CS_OK ? plain : nil
    }
}
