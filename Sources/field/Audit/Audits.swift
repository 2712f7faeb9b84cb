import ArgumentParser
import FieldModel
import SyncStore
import SyncWire
import Verbs

struct Audits: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "What this device keeps of the nodes' audits (审计).",
        discussion: "Example: field audit heads --out heads.audit",
        subcommands: [AuditHeads<DeviceReplica>.self, AuditDismiss.self])
}

struct AuditDismiss: DeviceVerb {
    static let configuration = CommandConfiguration(
        commandName: "dismiss", abstract: "Say that you have told headquarters of a wrong audit (不再提示).",
        discussion: """
            It is listed no more; the heads stay as they are.

            Example: field audit dismiss h1
            """)

    @Argument(help: "The id that `attention` prints.")
    var id: String

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func report(_ context: VerbContext) throws -> Report { try context.dismissAlarm(id) }
}
