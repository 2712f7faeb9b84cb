import FieldModel
import Foundation
import SyncCore
import SyncStore
import SyncWire
import Verbs

/// A replica of a version that sealed nothing but the device's key. What opened that key seals everything from now on.
struct PlainReplica {
    private let directory: ReplicaDirectory

    init(_ directory: ReplicaDirectory) { self.directory = directory }

    static func isIn(_ directory: ReplicaDirectory) -> Bool { PlainAdoption.isNeeded(directory.database) }

    /// Broken off anywhere, the next command goes on with it.
    /// - Throws: `locked`, 11, where the passphrase or the key file is not at hand.
    func seal() throws {
        let text = String(decoding: FileManager.default.contents(atPath: directory.key) ?? Data(), as: UTF8.self)
        let old = PlainDeviceKey(text: text)
        let opened = try old?.opened()
        let keys = try ReplicaVault(directory).make { () throws -> (KeyLock, [UInt8]) in
            guard let old, let opened else {
                throw VerbFailure(
                    .integrity, Words("\(directory.key) is not a device's key.", "\(directory.key) 不是设备密钥。"))
            }
            return (old.lock, opened.secret)
        }
        if let opened {
            try directory.write(SealedSecret.seal(opened.seed, .device, under: keys.current).text, to: directory.key)
        }
        try PlainAdoption(database: directory.database, keys: keys, environment: .system).run()
    }
}

/// The device's key as those versions kept it: under the passphrase or the key file itself.
private struct PlainDeviceKey {
    private static let header = "fieldsync device key 1"

    let lock: KeyLock
    private let sealed: [UInt8]

    /// Nil for a text that is none.
    init?(text: String) {
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.count == 3, lines[0] == Self.header, let lock = KeyLock(line: lines[1]),
            let sealed = Hex.bytes(lines[2])
        else { return nil }
        (self.lock, self.sealed) = (lock, sealed)
    }

    /// The seed, and what the lock comes to in this version.
    func opened() throws -> (seed: [UInt8], secret: [UInt8]) {
        guard let secret = Secret.opening(lock),
            let seed = Sealing.open(
                sealed, key: formerSecret(secret), associated: Array("\(Self.header)\n\(lock.line)".utf8))
        else { throw VerbFailure(.locked) }
        return (seed, secret)
    }

    /// A passphrase came to the same; of a key file it was the hash.
    private func formerSecret(_ secret: [UInt8]) -> [UInt8] {
        guard case .keyFile(let path) = lock, let content = FileManager.default.contents(atPath: path) else {
            return secret
        }
        return Hash.sha256([UInt8](content))
    }
}
