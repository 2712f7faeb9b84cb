import ArgumentParser
import Verbs

struct AuditShow: RecordVerb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show who did what, when, under which authority (审计记录).",
        discussion: """
            Newest first. With a record: the change sets to it, with the values that they wrote.

            Example: fieldsyncd audit show WO-GZ03-K7-000214-5 --data DIR
            Example: fieldsyncd audit show --user wang --since 2026-11-01T00:00+08:00 --limit 20 --data DIR
            """)

    @Argument(help: "The record: its number, its id, or 6 or more last digits of the id.")
    var ref: String?

    @Option(help: "Only what this person's devices signed, and what was done about him: a login.")
    var user: String?

    @Option(help: "Only what this device signed or brought, and what was done about it: its id, or its last digits.")
    var device: String?

    @Option(help: "Only from this moment on, with its zone.")
    var since: String?

    @Option(help: "At most so many.")
    var limit = 100

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is 1 or more") }
    }

    func run() throws { try place.perform(self) }

    func report(_ context: VerbContext) throws -> Report {
        try context.audit(AuditFilter(record: ref, login: user, device: device, since: since, limit: limit))
    }
}
