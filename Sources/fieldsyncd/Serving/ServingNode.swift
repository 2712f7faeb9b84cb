import ArgumentParser
import FieldModel
import Foundation
import Logging
import SyncClient
import SyncServer
import SyncStore
import Synchronization
import Verbs

/// A node that serves: its server, its line upwards, and the verbs that other processes ask it to run.
struct ServingNode: Sendable {
    private static let readers = 4

    private let owned: OwnedNode
    private let serving: Serving

    /// Works from within the node's folder: the path of its control socket may have 107 bytes only.
    static func open(within directory: NodeDirectory, _ configuration: NodeServerConfiguration) throws -> ServingNode {
        guard FileManager.default.changeCurrentDirectoryPath(directory.path) else {
            throw NodeFailure.missing(path: directory.path)
        }
        NodeMemory.keepLittle()
        let node = try node(NodeDirectory("."), configuration)
        try node.store.takeOver()
        let idle = OwnedNode(node)
        let connect: LiveLine.Connect = {
            guard let upstream = idle.upstream($0) else { preconditionFailure("a branch has an upstream") }
            return upstream
        }
        let isBelow = node.identity.upstream != nil
        let carrier = isBelow ? BlobCarrier(Blobs(node.store), person: nil, connect: connect) : nil
        let uplink = isBelow ? Uplink(store: node.store, connect: connect) { carrier?.reconnect() } : nil
        let serving = Serving(uplink: uplink, carrier: carrier)
        return ServingNode(owned: OwnedNode(node, serving: serving), serving: serving)
    }

    /// Opens it; a migration may take its time, and who asks meanwhile is answered.
    private static func node(_ directory: NodeDirectory, _ configuration: NodeServerConfiguration) throws -> Node {
        guard try Node.needsMigration(directory) else {
            return try Node.open(directory, environment: .system, readers: readers)
        }
        let opened = Mutex<Node?>(nil)
        try Blocking.wait {
            let node = try await WaitingServer(directory, configuration: configuration).run {
                try Node.open(directory, environment: .system, readers: readers)
            }
            opened.withLock { $0 = node }
        }
        guard let node = opened.withLock({ $0 }) else { preconditionFailure("the work is done") }
        return node
    }

    /// Serves until the process is told to end.
    func run(_ configuration: NodeServerConfiguration) throws {
        let server = NodeServer(owned.node, configuration: configuration.reporting(serving), control: answer)
        try Blocking.wait { [serving] in
            try await server.run(
                onListening: { url in
                    serving.listens(at: url)
                    if let uplink = serving.uplink {
                        Surroundings.watch(uplink.bell, database: nil)
                        uplink.start()
                    }
                    serving.carrier?.start()
                    FileHandle.standardOutput.write(Data("listening on \(url)\n".utf8))
                },
                onDrain: {
                    serving.uplink?.stop()
                    serving.carrier?.stop()
                },
                onFatal: { failure in
                    let failure = VerbFailure(failure)
                    FileHandle.standardError.write(Data((failure.message.en + "\n").utf8))
                    exit(failure.exit)
                })
        }
        try owned.node.store.close()
    }

    /// A verb that came by the control socket.
    @Sendable private func answer(_ request: ControlRequest) throws -> ControlResponse {
        let collected = CollectedOutput()
        let code = Program.run(
            Fieldsyncd.self, arguments: request.argv, sink: collected.sink, translating: VerbFailure.translating
        ) { command in
            try owned.perform(command, sink: collected.sink, folder: request.cwd)
        }
        return ControlResponse(
            exit: code, stdout: Data(collected.standardOutput), stderr: Data(collected.standardError))
    }
}

extension NodeServerConfiguration {
    /// With the line upwards in its metrics.
    fileprivate func reporting(_ serving: Serving) -> NodeServerConfiguration {
        guard let uplink = serving.uplink else { return self }
        return withUplink {
            let status = uplink.status
            return UplinkFigures(
                connected: status.lastSuccessAt != nil && status.lastError == nil, lastSuccessAt: status.lastSuccessAt,
                failures: status.failures)
        }
    }
}
