import ArgumentParser
import FieldModel
import Foundation
import SyncClient
import SyncStore
import SyncWire
import Verbs

struct BundleExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write what headquarters does not have yet to a file (导出数据包).",
        discussion: """
            Any node of the organisation takes it with fieldsyncd bundle import, and can write an answer. Your changes count as \
            sent when that answer is imported here, not before. The file is signed, so that nobody can change it, but not \
            encrypted: whoever has it can read it. Attachments do not travel in it.

            Example: field bundle export /media/stick/week.bundle
            """)

    @Argument(help: "The file; it must not be there yet.")
    var file: String

    @Flag(help: "All changes that are kept here, for a node that lacks earlier ones.")
    var all = false

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func run() throws {
        let replica = try Replica.open(place.directory, for: .exchanging)
        let report = try replica.export(to: BundleVerb.path(file), all: all).report
        try replica.store.close()
        Output(output.style).show(report)
        if report.exit != 0 { throw ExitCode(report.exit) }
    }
}

extension Replica {
    fileprivate func export(to path: String, all: Bool) throws -> ExportedBundle {
        var runs = try BundledRuns(store: store, identity: client, all: all)
        let now = try store.environment.wallMilliseconds() - store.read { try $0.clockOffset() }
        var header = WireBundleHeader(by: identity.chain, identity.root, for: nil, at: now)
        runs.describe(in: &header)
        let bytes = try BundleVerb.write(path, header, by: key) { try runs.add(to: $0) }
        return ExportedBundle(
            file: path, bytes: bytes, for: nil, sets: runs.sets, states: 0, unsigned: runs.unsigned,
            attachments: try store.read { try $0.unsentBlobCount().count })
    }
}
