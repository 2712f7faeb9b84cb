import ArgumentParser
import FieldModel
import SyncWire
import Verbs

struct Lock: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lock this replica again (锁定本机).",
        discussion: """
            Takes its keys out of the kernel's memory. Until the next unlock each command needs the key file or the passphrase.

            Example: field lock
            """)

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func run() throws {
        try place.directory.demandEnrolled()
        let wasUnlocked = try ReplicaVault(place.directory).lock()
        let words = wasUnlocked ? Words("Locked.", "已锁定。") : Words("It was not unlocked.", "本来就未解锁。")
        Output(output.style).show(Report(.object([("was_unlocked", .bool(wasUnlocked))]), remarks: [words]))
    }
}
