import ArgumentParser
import Foundation
import Verbs

/// The technician's tool.
struct Field: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "field", abstract: "Customer service in the field, with or without a network (现场服务).",
        discussion: """
            Everything is written on this device first and is safe when a command returns; `field sync` sends it.

            Example: field today
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(name: "Day", subcommands: [Today.self, Job.self, Visit.self, Part.self, Asset.self]),
            CommandGroup(
                name: "Records",
                subcommands: [
                    New<DeviceReplica>.self, SetFields<DeviceReplica>.self, Delete<DeviceReplica>.self,
                    Get<DeviceReplica>.self, List<DeviceReplica>.self, Search<DeviceReplica>.self, History.self,
                    Restore<DeviceReplica>.self, Attach<DeviceReplica>.self, Attachments.self,
                    Dump<DeviceReplica>.self, Export<DeviceReplica>.self,
                ]),
            CommandGroup(
                name: "Attention",
                subcommands: [
                    Attention<DeviceReplica>.self, Conflicts<DeviceReplica>.self, Resolve<DeviceReplica>.self,
                    Decide<DeviceReplica>.self, Propose<DeviceReplica>.self, Proposals.self,
                    Rejected<DeviceReplica>.self, Amend<DeviceReplica>.self,
                    Discard<DeviceReplica>.self,
                ]),
            CommandGroup(name: "Keys", subcommands: [Unlock.self, Lock.self, Key.self]),
            CommandGroup(
                name: "Exchange",
                subcommands: [
                    Enroll.self, Sync.self, Bundles.self, Status.self, Receipts<DeviceReplica>.self, Verify.self,
                    Audits.self, Doctor.self,
                ]),
        ])
}

@main
enum Main {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let code = Program.run(Field.self, arguments: arguments, translating: VerbFailure.translating) {
            try $0.run()
        }
        exit(code)
    }
}
