import ArgumentParser
import FieldModel
import Foundation
import SyncCore
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct MakeBackup: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Bring a folder of backups up to date (备份).",
        discussion: """
            While the node serves, too. The first backup, and one a week, is a whole copy, checked; the others fetch what \
            changed since. The node can be restored to any second since the oldest copy. One folder belongs to one node; \
            copy it elsewhere, or let it be a mounted disk.

            Everything in it is sealed as the node's data is. The node's keys are in it too, with the key file of its data \
            where that lies in the node's folder: whoever has them is this node. --key-file seals them under another secret; \
            --without-keys leaves them out, and the key file of the data must then be kept elsewhere, or nothing in the \
            backup can be read.

            Example: fieldsyncd backup /mnt/backup/hq --data /var/lib/fieldsync --key-file /etc/fieldsync/backup.key
            """)

    @Argument(help: "The folder; made where there is none.")
    var folder: String

    @Option(help: "Days back to which the node must be restorable.")
    var keep = 30

    @Option(help: "A file of 32 bytes or more that the keys are sealed with.")
    var keyFile: String?

    @Flag(help: "Leave the keys out; they are kept elsewhere.")
    var withoutKeys = false

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...36_500).contains(keep) else { throw ValidationError("--keep takes days, 1 or more") }
        guard keyFile == nil || !withoutKeys else {
            throw ValidationError("--key-file seals keys, --without-keys has none")
        }
    }

    func report(_ node: OwnedNode) throws -> Report {
        let keys = try NodeKeys(of: node.node.directory, withoutSecrets: withoutKeys)
            .encoded(secret: KeyFile.secret(keyFile, in: node.folder))
        let backup = Backup(
            node.node.store, into: BackupFolder(URL(filePath: folder, relativeTo: node.folder).path),
            node: (node.identity.record.description, node.identity.name), blobs: Blobs(node.node.store).folder,
            keepSeconds: Int64(keep) * 86_400)
        return try backup.run(keys: keys).report
    }
}

/// The secret under which a backup's keys are sealed.
enum KeyFile {
    static func secret(_ path: String?, in folder: URL) throws -> [UInt8]? {
        guard let path else { return nil }
        let secret = [UInt8](try Data(contentsOf: URL(filePath: path, relativeTo: folder)))
        guard secret.count >= NodeKeys.secretBytesMin else {
            throw VerbFailure(
                .usage,
                Words(
                    "A key file has \(NodeKeys.secretBytesMin) bytes or more.", "密钥文件至少 \(NodeKeys.secretBytesMin) 字节。"),
                hint: Words("head -c 32 /dev/urandom > FILE makes one.", "可用 head -c 32 /dev/urandom > FILE 生成。"))
        }
        return secret
    }
}

extension BackupReport {
    fileprivate var report: Report {
        let members: [(String, JSONValue)] = [
            ("new_base", .bool(isNewBase)), ("segments", .integer(Int64(segments))), ("bytes", .integer(Int64(bytes))),
            ("from", Moments.json(from * 1000)), ("until", Moments.json(until * 1000)),
        ]
        let words = Words(
            "\(bytes) bytes written; the node can be restored to any second from \(Moments.text(from * 1000)) to "
                + "\(Moments.text(until * 1000)).",
            "已写入 \(bytes) 字节；可恢复到 \(Moments.text(from * 1000)) 至 \(Moments.text(until * 1000)) 之间的任意一秒。")
        return Report(.object(members)) { [words[$0]] }
    }
}
