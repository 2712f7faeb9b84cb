import ArgumentParser
import FieldModel
import SyncStore
import SyncWire
import Verbs

struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What this replica is sealed under (密钥).", discussion: "Example: field key change --key-file FILE",
        subcommands: [KeyChange.self, KeyRotate.self])
}

struct KeyChange: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Open this replica with another key file or passphrase from now on (更换口令).",
        discussion: """
            The present one must be at hand, or the replica unlocked. With a passphrase in FIELD_PASSPHRASE_FILE on both \
            sides: unlock first, then change.

            Example: field key change --key-file /media/stick/field.key
            """)

    @Option(help: "A file of 32 bytes or more; its path is remembered. Without it a passphrase is asked for.")
    var keyFile: String?

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func run() throws {
        try place.directory.demandEnrolled()
        try ReplicaVault(place.directory).change(keyFile: keyFile)
        let words = Words("It is locked with the new one now.", "已改用新的口令或密钥文件。")
        Output(output.style).show(Report(.object([("changed", .bool(true))]), remarks: [words]))
    }
}

struct KeyRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Seal everything on this device under a new key (轮换密钥).",
        discussion: """
            Writes the database and the attachments again, while no other command has them open; key file or passphrase stay. \
            Interrupted, it can be done again.

            Example: field key rotate
            """)

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func run() throws {
        try place.directory.demandEnrolled()
        try Rotating(place.directory).run()
        let words = Words("Everything is sealed under a new key.", "所有数据已用新密钥加密。")
        Output(output.style).show(Report(.object([("rotated", .bool(true))]), remarks: [words]))
    }
}

/// The steps of a rotation: the old keys go last.
private struct Rotating {
    private let directory: ReplicaDirectory
    private let use: ReplicaUse

    init(_ directory: ReplicaDirectory) throws {
        (self.directory, use) = (directory, try ReplicaUse(directory, alone: true))
    }

    func run() throws {
        let vault = ReplicaVault(directory)
        let keys = try vault.replace { $0.rotated(to: .random()) }
        let signing = try Replica.signingKey(directory.key, keys)
        try KeyRotation(database: directory.database, keys: keys, environment: .system).run()
        try directory.write(SealedSecret.seal(signing.seed, .device, under: keys.current).text, to: directory.key)
        _ = try vault.replace { DataKeys($0.current) }
    }
}
