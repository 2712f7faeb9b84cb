import Foundation
import SyncCore
import SyncWire
import Testing

/// SQL on a replica's sealed database, past the programs: what sqlite3's own tool does with one that is not sealed.
struct SealedSQL {
    private let database: String
    private let key: String

    /// - Parameter folder: of a node or a device, with the key file where it was remembered.
    init(_ folder: URL, passphraseFile: String? = nil) throws {
        let isNode = FileManager.default.fileExists(atPath: folder.appending(path: "node.db").path)
        database = folder.appending(path: isNode ? "node.db" : "replica.db").path
        key = Hex.digits(try Self.keys(of: folder, passphraseFile: passphraseFile).current.key(for: .pages))
    }

    static func keys(of folder: URL, passphraseFile: String? = nil) throws -> DataKeys {
        let text = try String(contentsOf: folder.appending(path: "data.keys"), encoding: .utf8)
        let locked = try #require(LockedKeys(text: text))
        return try #require(locked.open(under: try secret(locked.lock, folder, passphraseFile)))
    }

    private static func secret(_ lock: KeyLock, _ folder: URL, _ passphraseFile: String?) throws -> [UInt8] {
        switch lock {
        case .keyFile(let path):
            let file = path.hasPrefix("/") ? URL(filePath: path) : folder.appending(path: path)
            return try #require(KeyLock.secret(ofKeyFile: [UInt8](try Data(contentsOf: file))))
        case .passphrase(let salt, let logN):
            let text = try String(contentsOfFile: try #require(passphraseFile), encoding: .utf8)
            let passphrase = Array(text.utf8.prefix { $0 != UInt8(ascii: "\n") })
            return KeyLock.secret(ofPassphrase: passphrase, salt: salt, logN: logN)
        }
    }

    /// - Parameters:
    ///   - statements: or `@FILE`.
    ///   - node: attached under that name.
    func run(_ statements: String, node: SealedSQL? = nil) throws {
        let others = node.map { [$0.database, $0.key] } ?? []
        let outcome = try command(["sql", database, key, statements] + others).run(within: 300)
        try #require(outcome.exit == 0, "\(outcome)")
    }

    /// Holds the write lock until there is a file.
    func hold(until flag: URL) throws -> RunningProgram { try command(["hold", database, key, flag.path]).start() }

    private func command(_ arguments: [String]) -> Command {
        Command(.sealedTrial, arguments, in: URL(filePath: database).deletingLastPathComponent())
    }
}
