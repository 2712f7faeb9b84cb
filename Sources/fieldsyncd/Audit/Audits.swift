import ArgumentParser
import Verbs

struct Audits: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Who did what under which authority, and whether that was tampered with (审计).",
        discussion: "Example: fieldsyncd audit verify --data /var/lib/fieldsync",
        subcommands: [AuditVerify.self, AuditShow.self, AuditHeads<NodeFolder>.self])
}
