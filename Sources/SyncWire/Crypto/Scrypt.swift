import CryptoShim

/// Keys from passphrases (RFC 7914), slow and hungry on purpose.
package enum Scrypt {
    /// What `logN` may be; whoever reads it from a file or a message checks it first.
    package static let logNRange = 1...20

    /// 32 bytes, by 2^`logN` rounds with r = 8 and p = 1. Takes 2^`logN` KiB of memory: 32 MiB by default, which is
    /// about 0.1 s of a small computer's time.
    package static func key(passphrase: [UInt8], salt: [UInt8], logN: Int = 15) -> [UInt8] {
        precondition(logNRange.contains(logN), "scrypt takes 2^1 to 2^20 rounds")
        let count = 32
        return filled(count, by: "scrypt") {
            cs_scrypt(passphrase, passphrase.count, salt, salt.count, Int32(logN), 8, 1, $0, count)
        }
    }
}
