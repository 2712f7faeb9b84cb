import ArgumentParser
import FieldModel
import Foundation
import SyncServer
import SyncStore
import SyncWire
import Verbs

/// `restore` of a node has two meanings, told apart by what is asked back: a node from its backup, or a field's earlier
/// value as on a device.
struct RestoreNode: RecordVerb {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Make the node again from a backup, or bring an earlier value back (恢复).",
        discussion: """
            From a folder of backups, into a folder that is empty or not there, as the node was at the end of a second; it \
            is checked before it takes its place. At its first exchange the node is found to have been set back, and gets \
            from the others what it lost.

            With --field and --dot: a new write with an earlier value of a record's field.

            Example: fieldsyncd restore /mnt/backup/hq --data /var/lib/fieldsync --to 2026-11-22T14:05:00+08:00
            Example: fieldsyncd restore WO-GZ03-K7-000214-5 --field fault_code --dot 3d074bd72f0c12bc:4 --data DIR
            """)

    @Argument(help: "The folder of backups; or the record.")
    var source: String

    @Option(help: "The moment, with its zone; default: the newest.")
    var to: String?

    @Option(help: "The file that the keys were sealed with.")
    var keyFile: String?

    @Option(help: "The key file of the node's data, where it is not in the backup or not where it was.")
    var dataKeyFile: String?

    @Option(help: "Of a record: the field.")
    var field: String?

    @Option(help: "Of a record: the write whose value comes back, REPLICA:N, as history prints it.")
    var dot: String?

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (field == nil) == (dot == nil) else { throw ValidationError("an earlier value needs --field and --dot") }
        guard field == nil || (to == nil && keyFile == nil && dataKeyFile == nil) else {
            throw ValidationError("--to and the key files are for a backup, --field and --dot for a record")
        }
    }

    func run() throws {
        if field != nil { return try place.perform(self) }
        Output(output.style).show(try restored())
    }

    /// Of a record.
    func report(_ context: VerbContext) throws -> Report {
        guard let field, let dot else { throw VerbFailure(.usage) }
        return try context.restore(source, field: field, dot: dot)
    }

    private func restored() throws -> Report {
        let here = URL.currentDirectory()
        let restore = NodeRestore(
            from: BackupFolder(URL(filePath: source, relativeTo: here).path), to: place.directory, environment: .system)
        let secret = try KeyFile.secret(keyFile, in: here)
        let dataKeyFile = dataKeyFile.map { URL(filePath: $0, relativeTo: here).path }
        let restored = try restore.run(second: try second(), secret: secret, dataKeyFile: dataKeyFile)
        let outcome = restored.database
        let moment = outcome.second * 1000
        let members: [(String, JSONValue)] = [
            ("node", .string(outcome.node)), ("name", .string(outcome.name)),
            ("restored_to", Moments.json(moment)), ("position", .integer(outcome.position)),
            ("attachments", .integer(Int64(restored.attachments))),
            ("damaged_attachments", .integer(Int64(restored.damagedAttachments))),
        ]
        let words = Words(
            "\(outcome.name) is as it was at \(Moments.text(moment)).", "\(outcome.name) 已恢复到 \(Moments.text(moment))。")
        let exit = restored.damagedAttachments > 0 ? ErrorCode.attention.entry.exit : 0
        return Report(.object(members), exit: exit) { [words[$0]] }
    }

    private func second() throws -> Int64? {
        guard let to else { return nil }
        do {
            let value = try ValueText.parse(to, as: .instant) { _, _ in throw VerbFailure(.usage) }
            guard let instant = Instant(value) else { throw VerbFailure(.usage) }
            return instant.milliseconds / 1000
        } catch let error as ValueError {
            throw VerbFailure(.invalidValue, error.message)
        }
    }
}
