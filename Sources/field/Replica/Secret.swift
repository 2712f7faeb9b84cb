import FieldModel
import Foundation
import SyncWire
import Verbs

/// Where the secret that opens a replica's keys comes from: a key file, a file with a passphrase, or the terminal.
enum Secret {
    private static let passphraseFileVariable = "FIELD_PASSPHRASE_FILE"

    /// The 32 bytes that open a lock; nil where they are not at hand.
    static func opening(_ lock: KeyLock) -> [UInt8]? {
        switch lock {
        case .keyFile(let path): try? ofKeyFile(path)
        case .passphrase(let salt, let logN):
            givenPassphrase(prompt: Words("Passphrase of this device: ", "本机口令：")).map {
                KeyLock.secret(ofPassphrase: $0, salt: salt, logN: logN)
            }
        }
    }

    /// A new lock with the secret that opens it.
    static func new(keyFile: String?) throws -> (KeyLock, [UInt8]) {
        if let keyFile {
            let path = URL(filePath: keyFile).path
            return (.keyFile(path: path), try ofKeyFile(path))
        }
        guard let passphrase = givenPassphrase(prompt: Words("New passphrase for this device: ", "设置本机口令：")),
            !passphrase.isEmpty
        else {
            throw VerbFailure(
                .usage, Words("There is nothing to lock this device with.", "没有可用于锁定本机的口令或密钥。"),
                hint: Words(
                    "Give --key-file FILE (32 bytes or more), or the passphrase in \(passphraseFileVariable).",
                    "请给出 --key-file FILE（至少 32 字节），或用 \(passphraseFileVariable) 指定口令文件。"))
        }
        let salt = Entropy.bytes(KeyLock.saltBytes)
        return (
            .passphrase(salt: salt, logN: KeyLock.logN),
            KeyLock.secret(ofPassphrase: passphrase, salt: salt, logN: KeyLock.logN)
        )
    }

    private static func ofKeyFile(_ path: String) throws -> [UInt8] {
        guard let content = FileManager.default.contents(atPath: path),
            let secret = KeyLock.secret(ofKeyFile: [UInt8](content))
        else {
            throw VerbFailure(
                .usage,
                Words(
                    "\(path) is not a key file of \(KeyLock.keyFileBytesMin) bytes or more.",
                    "\(path) 不是 \(KeyLock.keyFileBytesMin) 字节以上的密钥文件。"))
        }
        return secret
    }

    private static func givenPassphrase(prompt: Words) -> [UInt8]? {
        if let file = ProcessInfo.processInfo.environment[passphraseFileVariable], !file.isEmpty {
            return FileManager.default.contents(atPath: file).map { Array($0.prefix { $0 != UInt8(ascii: "\n") }) }
        }
        return Terminal.ask(prompt[OutputStyle.languageOfEnvironment])
    }
}
