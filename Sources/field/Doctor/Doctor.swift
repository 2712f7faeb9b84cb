import ArgumentParser
import FieldModel
import SyncStore
import Verbs

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for damage on this device, and save what is whole (检查与抢救).",
        discussion: """
            Reads every page of the database, its journal, keys and attachments, and repairs nothing that is damaged in the \
            database; a copied or set-back replica takes its new id, as with any command. With --salvage a damaged \
            database is put aside and a fresh one made, with this enrolment and everything that was not sent; the rest comes \
            back with the next sync. Stop sync --watch first. Exits 14 while something is damaged or lost.

            Example: field doctor --salvage
            """)

    @Flag(help: "Put a damaged database aside and make a fresh one of all that is left.")
    var salvage = false

    @Flag(help: "Compute lists, conflicts and the search index anew from the records.")
    var rebuild = false

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if salvage && rebuild { throw ValidationError("--salvage and --rebuild exclude each other") }
    }

    func run() throws {
        let ward = try Ward(place.directory)
        var diagnosis = try ward.examine()
        if rebuild { diagnosis = try ward.rebuild(diagnosis) }
        let report = salvage ? try ward.salvage(diagnosis) : diagnosis.report
        Output(output.style).show(report)
        if report.exit != 0 { throw ExitCode(report.exit) }
    }
}
