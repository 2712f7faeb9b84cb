import SyncCore

/// The device's signing key as it lies on the disk: sealed with AES-256-GCM under a passphrase or a key file.
package struct DeviceKey: Sendable {
    /// What opens it.
    package enum Lock: Equatable, Sendable {
        /// The SHA-256 of the file is the key.
        case keyFile(path: String)
        /// scrypt of the passphrase is the key.
        case passphrase(salt: [UInt8], logN: Int)
    }

    package static let saltBytes = 16
    package static let logN = 15

    package let lock: Lock
    let sealed: [UInt8]

    package static func seal(_ key: SigningKey, _ lock: Lock, under secret: [UInt8]) -> DeviceKey {
        let nonce = Entropy.bytes(Sealing.nonceBytes)
        let sealed = Sealing.seal(key.seed, key: secret, associated: associated(lock), nonce: nonce)
        return DeviceKey(lock: lock, sealed: sealed)
    }

    /// Nil under another secret.
    package func open(under secret: [UInt8]) -> SigningKey? {
        Sealing.open(sealed, key: secret, associated: Self.associated(lock)).map(SigningKey.init(seed:))
    }

    /// So that nobody exchanges the description of the lock.
    private static func associated(_ lock: Lock) -> [UInt8] { Array("\(header)\n\(line(of: lock))".utf8) }
}

/// Three lines: what it is, what opens it, the sealed bytes.
extension DeviceKey {
    private static let header = "fieldsync device key 1"

    package var text: String { "\(Self.header)\n\(Self.line(of: lock))\n\(Hex.digits(sealed))\n" }

    /// Nil for a text that is no sealed key.
    package init?(text: String) {
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.count == 3, lines[0] == Self.header, let lock = Self.lock(lines[1]),
            let sealed = Hex.bytes(lines[2])
        else { return nil }
        self.init(lock: lock, sealed: sealed)
    }

    private static func line(of lock: Lock) -> String {
        switch lock {
        case .keyFile(let path): "file \(path)"
        case .passphrase(let salt, let logN): "scrypt \(logN) \(Hex.digits(salt))"
        }
    }

    private static func lock(_ line: String) -> Lock? {
        if line.hasPrefix("file ") { return .keyFile(path: String(line.dropFirst("file ".count))) }
        let words = line.split(separator: " ")
        guard words.count == 3, words[0] == "scrypt", let logN = Int(words[1]), Scrypt.logNRange.contains(logN),
            let salt = Hex.bytes(words[2])
        else { return nil }
        return .passphrase(salt: salt, logN: logN)
    }
}
