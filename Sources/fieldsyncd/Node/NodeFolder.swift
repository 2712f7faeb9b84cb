import ArgumentParser
import Foundation
import SyncServer
import SyncStore
import Verbs

/// Where `fieldsyncd` finds its records: the node's folder, opened here, or owned by a server that does the work.
struct NodeFolder: Place {
    @Option(name: .customLong("data"), help: "The node's folder.")
    var path: String

    var directory: NodeDirectory { NodeDirectory(URL(filePath: path).path) }

    func perform(_ verb: some RecordVerb) throws { try perform(verb as any ParsableCommand) }

    /// Works here, or lets the server do it.
    func perform(_ command: any ParsableCommand) throws {
        try Ownership.hold(directory) { owned in
            try owned.perform(command, sink: .process, folder: FileManager.default.currentDirectoryPath)
        } orAsk: {
            try ControlClient(directory).relay(Array(CommandLine.arguments.dropFirst()))
        }
    }
}

/// A verb about the node itself: who is invited, what it holds.
protocol NodeVerb: ParsableCommand {
    var place: NodeFolder { get }
    var output: OutputOptions { get }
    func report(_ node: OwnedNode) throws -> Report
}

extension NodeVerb {
    func run() throws { try place.perform(self) }
}
