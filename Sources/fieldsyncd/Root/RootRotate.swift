import ArgumentParser
import FieldModel
import SyncServer
import SyncStore
import Verbs

struct RootRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Replace HQ's root key by a new one (更换根密钥).",
        discussion: """
            The old key signs the new one; branches and devices learn it at their next exchange, also those that were away for \
            years, and branches renew their certificates. What the old key certified stays good until it expires; with \
            --compromised, because somebody else may have the old key, it is good for nothing but to be renewed, by whoever \
            HQ or his branch has on its list. Nobody may serve meanwhile. The backups of the root key are worth nothing \
            afterwards: make a new one at once.

            Example: fieldsyncd root rotate --data /var/lib/fieldsync
            """)

    @Flag(help: "Somebody else may have the old key.")
    var compromised = false

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func run() throws {
        let lock = try Ownership.lock(place.directory)
        let fingerprint = try withExtendedLifetime(lock) {
            let node = try OwnedNode.open(place.directory)
            _ = try node.rootSecret()
            let fingerprint = try RootChange(node.node).run(isCompromised: compromised)
            try node.node.store.close()
            return fingerprint
        }
        let words = Words(
            "The root key is \(fingerprint) now. Back it up: fieldsyncd root backup.",
            "根密钥现为 \(fingerprint)。请备份：fieldsyncd root backup。")
        Output(output.style).show(Report(.object([("fingerprint", .string(fingerprint))]), remarks: [words]))
    }
}
