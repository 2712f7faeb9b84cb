package import SyncStore
import SyncWire

/// Passwords, of which a node keeps no more than it needs to recognise them.
package enum Password {
    private static let saltBytes = 16
    /// Without characters that are taken for one another.
    private static let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789".utf8)
    private static let groups = 4
    private static let groupCharacters = 5

    /// Four groups of five characters: 99 bits.
    package static func random() -> String {
        var source = SystemEntropy()
        let texts = (0..<groups).map { _ in
            let characters = (0..<groupCharacters).compactMap { _ in alphabet.randomElement(using: &source) }
            return String(decoding: characters, as: UTF8.self)
        }
        return texts.joined(separator: "-")
    }

    package static func credential(for password: String) -> Credential {
        let salt = Entropy.bytes(saltBytes)
        return Credential(salt: salt, hash: Scrypt.key(passphrase: Array(password.utf8), salt: salt))
    }

    package static func matches(_ password: String, _ credential: Credential) -> Bool {
        constantTimeEqual(Scrypt.key(passphrase: Array(password.utf8), salt: credential.salt), credential.hash)
    }
}

private struct SystemEntropy: RandomNumberGenerator {
    mutating func next() -> UInt64 { Entropy.word() }
}
