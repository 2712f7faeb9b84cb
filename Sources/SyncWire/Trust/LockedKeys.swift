import SyncCore

/// A replica's data keys as they lie beside its database: sealed with AES-256-GCM under what opens their lock.
package struct LockedKeys: Hashable, Sendable {
    package let lock: KeyLock
    let sealed: [UInt8]

    /// - Parameter secret: 32 bytes, what the lock's key file or passphrase comes to.
    package static func seal(_ keys: DataKeys, _ lock: KeyLock, under secret: [UInt8]) -> LockedKeys {
        let nonce = Entropy.bytes(Sealing.nonceBytes)
        let sealed = Sealing.seal(keys.bytes, key: secret, associated: associated(lock), nonce: nonce)
        return LockedKeys(lock: lock, sealed: sealed)
    }

    /// Nil under another secret.
    package func open(under secret: [UInt8]) -> DataKeys? {
        Sealing.open(sealed, key: secret, associated: Self.associated(lock)).flatMap(DataKeys.init(bytes:))
    }

    /// So that nobody exchanges the description of the lock.
    private static func associated(_ lock: KeyLock) -> [UInt8] { Array("\(header)\n\(lock.line)".utf8) }

    /// Tells these keys under this lock from all others: 16 hexadecimal digits.
    package var name: String { Hex.digits(Array(Hash.sha256(Array(text.utf8)).prefix(8))) }
}

/// Three lines: what it is, what opens it, the sealed bytes.
extension LockedKeys {
    private static let header = "fieldsync data keys 1"

    package var text: String { "\(Self.header)\n\(lock.line)\n\(Hex.digits(sealed))\n" }

    /// Nil for a text that holds no sealed keys.
    package init?(text: String) {
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.count == 3, lines[0] == Self.header, let lock = KeyLock(line: lines[1]),
            let sealed = Hex.bytes(lines[2])
        else { return nil }
        self.init(lock: lock, sealed: sealed)
    }
}
