import ArgumentParser
import FieldModel
import Foundation
import SyncClient
import Verbs

struct Sync: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Exchange with the node now (立即同步).",
        discussion: """
            Sends what no node has yet and takes what changed. It may be interrupted and repeated at any time. Exits 0 only \
            when nothing is left unsent, 12 when something waits for you, 10 without a network.

            Example: field sync --watch
            """)

    @Flag(help: "Stay in step with the node until it is interrupted (Ctrl-C).")
    var watch = false

    @Option(help: "The address of another node, for this exchange only.")
    var upstream: String?

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func run() throws {
        let replica = try Replica.open(place.directory)
        let line = Exchanging(replica: replica, url: upstream, output: Output(output.style))
        if watch { return try Watching(line, url: upstream).run() }
        let report = try line.onceWithAttachments()
        line.output.show(report)
        if report.exit != 0 { throw ExitCode(report.exit) }
    }
}
