import ArgumentParser
import FieldModel
import Foundation
import SyncClient
import SyncServer
import SyncStore
import SyncWire
import Verbs

/// A node whose data this process owns, at work for one verb or serving.
struct OwnedNode: Sendable {
    /// A node's own place among the device codes of its readable numbers; no device is given it.
    private static let deviceCode = "00"

    let node: Node
    /// Where the verb was called: relative paths begin here.
    private(set) var folder = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
    /// Nil: nobody serves; the verb itself speaks to the upstream where it must.
    let serving: Serving?

    init(_ node: Node, serving: Serving? = nil) {
        self.node = node
        self.serving = serving
    }

    static func open(_ directory: NodeDirectory) throws -> OwnedNode {
        OwnedNode(try Node.open(directory, environment: .system))
    }

    var identity: NodeIdentity { node.identity }

    /// - Parameters:
    ///   - sink: where the answer goes.
    ///   - folder: where the verb was called.
    /// - Throws: `ExitCode` where the report says that something is left to do.
    func perform(_ command: any ParsableCommand, sink: Sink, folder: String) throws {
        switch command {
        case let verb as any NodeVerb:
            var here = self
            here.folder = URL(filePath: folder, directoryHint: .isDirectory)
            let report = try verb.report(here)
            Output(verb.output.style, sink: sink).show(report)
            if report.exit != 0 { throw ExitCode(report.exit) }
        case let verb as any RecordVerb:
            try verb.perform(context(Output(verb.output.style, sink: sink), folder: folder))
        default:
            throw VerbFailure(.usage)
        }
    }

    func context(_ output: Output, folder: String) -> VerbContext {
        VerbContext(
            store: node.store, author: identity.record, home: identity.record, branchCode: identity.code,
            deviceCode: Self.deviceCode, output: output, directory: URL(filePath: folder, directoryHint: .isDirectory))
    }

    /// Who this node is to the node above.
    var client: ClientIdentity {
        ClientIdentity(
            kind: .branch, key: identity.key, chain: identity.chain, root: identity.root,
            authorityFile: node.directory.authority, version: Version.text)
    }

    /// The line to the node above; nil at HQ.
    func upstream(_ breaker: HTTPBreaker = HTTPBreaker()) -> Upstream? {
        guard let url = identity.upstream else { return nil }
        let upstream = Upstream(
            url: url, identity: client, breaker: breaker, wallMilliseconds: node.store.environment.wallMilliseconds)
        upstream.onRotation = { [node] in try node.adopt($0.rotations.map(\.signed)) }
        upstream.onRenewal = { [node] in try node.adopt(chain: $0.chain, root: $0.root) }
        return upstream
    }

    /// Lets what the upstream knows come here, for somebody who asks for what is not here yet.
    func catchUp() throws {
        if let serving { return serving.waitForUplink() }
        guard let upstream = upstream() else { return }
        _ = try Exchange(store: node.store, upstream: upstream).run()
    }
}
