import ArgumentParser
import FieldModel
import Foundation
import SyncServer
import Verbs

struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What the node's data is sealed under (密钥).",
        discussion: "Example: fieldsyncd key rotate --data /var/lib/fieldsync",
        subcommands: [KeyChange.self, KeyRotate.self])
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
