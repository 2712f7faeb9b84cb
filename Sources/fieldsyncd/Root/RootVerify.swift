import ArgumentParser
import FieldModel
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct RootVerify: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a backup of the root key against the key in use (核对根密钥备份).",
        discussion: """
            Takes what init --root-from takes: files with the numbered lines of a page, with shares, or a sealed file. Changes \
            nothing. Exits 0 when HQ could be made again of it, 2 when it cannot be read, 14 when it is of another key.

            Example: fieldsyncd root verify typed.txt --data /var/lib/fieldsync
            """)

    @Argument(help: "Files with the backup, or with as many shares as are needed.")
    var files: [String]

    @Option(help: "A file whose first line opens a sealed backup.")
    var passphraseFile: String?

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !files.contains("-") else { throw ValidationError("the node reads files, not standard input") }
    }

    func report(_ node: OwnedNode) throws -> Report {
        let own = try node.rootSecret()
        guard
            let secret = try RootSource(files: files, passphraseFile: passphraseFile, folder: node.folder, asks: false)
                .secret()
        else { throw VerbFailure(.usage) }
        let isSame = secret == own
        let words =
            isSame
            ? Words("It is a backup of the root key in use, \(own.fingerprint).", "这是当前根密钥 \(own.fingerprint) 的备份。")
            : Words(
                "It is a backup of another root key: \(secret.fingerprint), not \(own.fingerprint).",
                "这是另一根密钥的备份：\(secret.fingerprint)，而非 \(own.fingerprint)。")
        let members: [(String, JSONValue)] = [
            ("same", .bool(isSame)), ("fingerprint", .string(secret.fingerprint)),
            ("organisation", .string(secret.organisation)),
        ]
        return Report(.object(members), exit: isSame ? 0 : ErrorCode.integrity.entry.exit) { [words[$0]] }
    }
}
