import SyncCore

/// What opens a replica's data keys.
package enum KeyLock: Hashable, Sendable {
    /// A file of 32 bytes or more; a path that is not absolute begins in the replica's folder.
    case keyFile(path: String)
    /// The passphrase's scrypt.
    case passphrase(salt: [UInt8], logN: Int)

    package static let saltBytes = 16
    package static let logN = 15
    /// A key file shorter than this could be guessed.
    package static let keyFileBytesMin = 32

    /// The 32 bytes that a key file's content comes to; nil for one that is too short.
    package static func secret(ofKeyFile content: [UInt8]) -> [UInt8]? {
        guard content.count >= keyFileBytesMin else { return nil }
        return Hash.hmac(key: Array("fieldsync key file 1".utf8), content)
    }

    package static func secret(ofPassphrase passphrase: [UInt8], salt: [UInt8], logN: Int) -> [UInt8] {
        Scrypt.key(passphrase: passphrase, salt: salt, logN: logN)
    }

    package var line: String {
        switch self {
        case .keyFile(let path): "file \(path)"
        case .passphrase(let salt, let logN): "scrypt \(logN) \(Hex.digits(salt))"
        }
    }

    package init?(line: String) {
        if line.hasPrefix("file ") {
            self = .keyFile(path: String(line.dropFirst("file ".count)))
            return
        }
        let words = line.split(separator: " ")
        guard words.count == 3, words[0] == "scrypt", let logN = Int(words[1]), Scrypt.logNRange.contains(logN),
            let salt = Hex.bytes(words[2])
        else { return nil }
        self = .passphrase(salt: salt, logN: logN)
    }
}
