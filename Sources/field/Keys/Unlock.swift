import ArgumentParser
import FieldModel
import Foundation
import SyncWire
import Verbs

struct Unlock: ParsableCommand {
    /// Until when commands find the keys.
    private static let hoursMax = 24 * 31

    static let configuration = CommandConfiguration(
        abstract: "Unlock this replica for a while (解锁本机).",
        discussion: """
            Keeps its keys in the kernel's memory, for you alone: commands are fast, and do not ask. After some hours, or \
            with field lock, or when the machine stops, they are gone.

            Example: field unlock --for 4
            """)

    @Option(name: .customLong("for"), help: "Hours.")
    var hours = 8

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...Self.hoursMax).contains(hours) else {
            throw ValidationError("--for takes 1 to \(Self.hoursMax) hours")
        }
    }

    func run() throws {
        try place.directory.demandEnrolled()
        let until = Int64(Date().timeIntervalSince1970 * 1000) + Int64(hours) * 3_600_000
        try ReplicaVault(place.directory).unlock(seconds: UInt32(hours) * 3_600)
        let words = Words("Unlocked until \(Moments.text(until)).", "已解锁，至 \(Moments.text(until))。")
        Output(output.style).show(Report(.object([("until", Moments.json(until))]), remarks: [words]))
    }
}
