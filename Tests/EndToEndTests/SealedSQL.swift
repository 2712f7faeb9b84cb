import Foundation
import SyncCore
import SyncWire
import Testing

/// SQL on a replica's sealed database, past the programs: what sqlite3's own tool does with one that is not sealed.
struct SealedSQL {
    private let database: String
    private let key: String

    /// - Parameter folder: of a node or a device, with the key file where it was remembered.
    init(_ folder: URL) throws {
        let isNode = FileManager.default.fileExists(atPath: folder.appending(path: "node.db").path)
        database = folder.appending(path: isNode ? "node.db" : "replica.db").path
        key = Hex.digits(try Self.keys(of: folder).current.key(for: .pages))
    }

    static func keys(of folder: URL) throws -> DataKeys {
        let text = try String(contentsOf: folder.appending(path: "data.keys"), encoding: .utf8)
        let locked = try #require(LockedKeys(text: text))
        guard case .keyFile(let path) = locked.lock else { preconditionFailure("tests lock by key files") }
        let file = path.hasPrefix("/") ? URL(filePath: path) : folder.appending(path: path)
        let secret = try #require(KeyLock.secret(ofKeyFile: [UInt8](try Data(contentsOf: file))))
        return try #require(locked.open(under: secret))
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
