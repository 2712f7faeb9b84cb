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
        try WipedMark.finish(in: place.directory, url: upstream)
        let replica = try Replica.open(place.directory, for: .exchanging)
        let line = Exchanging(replica: replica, url: upstream, output: Output(output.style))
        while true {
            do { return try exchange(line) } catch let given as OrderGiven {
                do {
                    return line.output.show(try Leaving(replica, given.order, url: upstream).obey())
                } catch let failure as ExchangeFailure where watch && failure.isRetryable {
                    // The watch waits for the node, which gives the order again.
                }
            }
        }
    }

    private func exchange(_ line: Exchanging) throws {
        if watch { return try Watching(line, url: upstream).run() }
        let report = try line.onceWithAttachments()
        line.output.show(report)
        if report.exit != 0 { throw ExitCode(report.exit) }
    }
}
