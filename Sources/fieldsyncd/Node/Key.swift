import ArgumentParser
import FieldModel
import Foundation
import SyncServer
import SyncWire
import Verbs

struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What the node's data is sealed under (密钥).",
        discussion: "Example: fieldsyncd key rotate --data /var/lib/fieldsync",
        subcommands: [KeyChange.self, KeyRotate.self, KeyTLS.self])
}

struct KeyChange: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Open the node's data with another key file from now on (更换密钥文件).",
        discussion: """
            Nothing but the small file data.keys is written again. The key file that was made with the node is removed.

            Example: fieldsyncd key change --key-file /media/stick/node.key --data /var/lib/fieldsync
            """)

    @Option(help: "A file of 32 bytes or more; its path is remembered.")
    var keyFile: String

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        _ = try KeyFile.secret(keyFile, in: node.folder)
        let path = URL(filePath: keyFile, relativeTo: node.folder).path
        let vault = NodeVault(node.node.directory)
        try vault.change(vault.open(), keyFile: path)
        let words = Words("\(path) opens the node's data now.", "现在由 \(path) 打开节点数据。")
        return Report(.object([("key_file", .string(path))]), remarks: [words])
    }
}

struct KeyRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Seal the node's data under a new key (轮换密钥).",
        discussion: """
            Writes the database and the attachments again; nobody may serve meanwhile. The key file stays, and so do the old \
            keys, for the backups. Interrupted, it can be done again. The next backup is a whole one.

            Example: fieldsyncd key rotate --data /var/lib/fieldsync
            """)

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func run() throws {
        let lock = try Ownership.lock(place.directory)
        try withExtendedLifetime(lock) { try NodeRotation(place.directory, environment: .system).run() }
        let words = Words("Everything is sealed under a new key.", "所有数据已用新密钥加密。")
        Output(output.style).show(Report(.object([("rotated", .bool(true))]), remarks: [words]))
    }
}

struct KeyTLS: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "tls", abstract: "Write the key of the node's TLS certificate for a proxy (导出 TLS 私钥).",
        discussion: """
            Beside the node it lies sealed. A proxy that ends TLS in its place needs it, with DIR/tls.pem: give it a file that \
            nobody else may read.

            Example: fieldsyncd key tls /etc/nginx/fieldsync.key --data /var/lib/fieldsync
            """)

    @Argument(help: "A new file.")
    var file: String

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        let path = URL(filePath: file, relativeTo: node.folder).path
        try SecretFile.write(try NodeVault(node.node.directory).secret(.tls), to: path)
        let words = Words("\(path) holds the key of DIR/tls.pem.", "\(path) 中是 DIR/tls.pem 的私钥。")
        return Report(.object([("file", .string(path))]), remarks: [words])
    }
}

/// A file that nobody but its owner may read.
enum SecretFile {
    /// - Throws: `exists` where there is one already.
    static func write(_ bytes: [UInt8], to path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw VerbFailure(.exists, Words("\(path) is there already.", "\(path) 已存在。"))
        }
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        else { throw NodeFailure.unwritable(path) }
    }
}
