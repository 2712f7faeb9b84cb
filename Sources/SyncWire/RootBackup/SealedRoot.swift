import SyncCore

/// A root's secret in a file, sealed with AES-256-GCM under the scrypt of a passphrase.
package struct SealedRoot: Hashable, Sendable {
    private let lock: KeyLock
    private let sealed: [UInt8]

    /// 128 MiB and half a second: the file may be lost with the stick that it is on.
    private static let logN = 17
    /// Fewer characters could be guessed.
    package static let passphraseBytesMin = 12

    package static func seal(_ secret: RootSecret, passphrase: [UInt8]) -> SealedRoot {
        let salt = Entropy.bytes(KeyLock.saltBytes)
        let lock = KeyLock.passphrase(salt: salt, logN: logN)
        let sealed = Sealing.seal(
            secret.bytes, key: KeyLock.secret(ofPassphrase: passphrase, salt: salt, logN: logN),
            associated: associated(lock), nonce: Entropy.bytes(Sealing.nonceBytes))
        return SealedRoot(lock: lock, sealed: sealed)
    }

    /// Nil under another passphrase.
    package func open(passphrase: [UInt8]) -> RootSecret? {
        guard case .passphrase(let salt, let logN) = lock else { return nil }
        let key = KeyLock.secret(ofPassphrase: passphrase, salt: salt, logN: logN)
        return Sealing.open(sealed, key: key, associated: Self.associated(lock)).flatMap(RootSecret.init(bytes:))
    }

    private static func associated(_ lock: KeyLock) -> [UInt8] { Array("\(header)\n\(lock.line)".utf8) }
}

/// Three lines: what it is, what opens it, the sealed bytes.
extension SealedRoot {
    private static let header = "fieldsync root backup 1"

    package var text: String { "\(Self.header)\n\(lock.line)\n\(Hex.digits(sealed))\n" }

    /// Nil for a text that is no sealed root.
    package init?(text: String) {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        guard lines.count == 3, lines[0] == Self.header, let lock = KeyLock(line: lines[1]), case .passphrase = lock,
            let sealed = Hex.bytes(lines[2])
        else { return nil }
        (self.lock, self.sealed) = (lock, sealed)
    }
}
