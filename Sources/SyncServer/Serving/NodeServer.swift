import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
package import SyncStore
import SyncWire

/// A node that answers its devices and branches until it is told to end.
package struct NodeServer: Sendable {
    package let node: Node
    package let configuration: NodeServerConfiguration
    /// Runs a verb that came by the control socket; on a thread that may block.
    package let control: ControlHandler

    package init(_ node: Node, configuration: NodeServerConfiguration, control: @escaping ControlHandler) {
        self.node = node
        self.configuration = configuration
        self.control = control
    }

    /// Serves until SIGTERM or SIGINT; then finishes what has begun, for at most 15 s, and returns. A second signal ends
    /// the process at once.
    /// - Parameters:
    ///   - onListening: called with the URL once requests are accepted.
    ///   - onDrain: called when the end begins, for whatever else must stop; may block for a moment.
    ///   - onFatal: called when the disk fails, or another process has the data; must end the process.
    package func run(
        onListening: @escaping @Sendable (_ url: String) -> Void, onDrain: @escaping @Sendable () -> Void,
        onFatal: @escaping @Sendable (StoreFailure) -> Void
    ) async throws {
        node.store.hearDiskFailure(onFatal)
        node.store.hearTakenOver(onFatal)
        let services = try services()
        defer { services.close() }
        let holdings = HoldingClock(node.store, logger: configuration.logger)
        defer { holdings.close() }
        let chores = chores(services.blobs)
        defer { for chore in chores { chore.close() } }
        let controlSocket = ControlSocket(
            path: node.directory.controlSocket, workers: WorkerPool(threads: 2, queuedMax: 100),
            bodyBytesMax: configuration.limits.controlBodyBytesMax, logger: configuration.logger, handler: control)
        let ending = Ending(
            gate: services.readiness.gate, drainSeconds: configuration.limits.drainSeconds, logger: configuration.logger
        ) {
            services.watch.close()
            onDrain()
        }
        let application = try application(services, onListening: onListening)
        let group = ServiceGroup(configuration: lifecycle([application, controlSocket.application]))
        // Before anybody is told that this node listens.
        let signals = await Ending.trap()
        let watching = Task { await ending.watch(signals, group) }
        defer { watching.cancel() }
        do { try await group.run() } catch is CancellationError { return } catch let error as IOError {
            throw ServingFailure.cannotListen("\(configuration.host):\(configuration.port): \(error)")
        }
    }

    private func chores(_ blobs: Blobs) -> [Chore] {
        let (store, record) = (node.store, node.identity.record)
        // Attachments that no record names any more are collected.
        let sweeping = Chore("blob sweeper", logger: configuration.logger) {
            try blobs.sweep()
            return ServerLimits.sweepSeconds
        }
        // What is due by its age is forgotten, archived or dropped, a little at a time.
        let keeping = Chore("housekeeper", logger: configuration.logger) {
            let isMoreDue = try store.keepHouse(by: record)
            return isMoreDue ? ServerLimits.housekeepingPauseSeconds : ServerLimits.housekeepingSeconds
        }
        return [sweeping, keeping]
    }

    /// As many as there is room for descriptors.
    private var connectionsMax: Int {
        let wanted = configuration.limits.connectionsMax
        let room = Descriptors.raise(to: wanted + ServerLimits.filesMax) - ServerLimits.filesMax
        if room < wanted {
            configuration.logger.warning(
                "the system lets this process have few descriptors; raise LimitNOFILE",
                metadata: ["connections": "\(max(room, 1))", "wanted": "\(wanted)"])
        }
        return max(min(room, wanted), 1)
    }

    private func lifecycle(_ services: [any Service]) -> ServiceGroupConfiguration {
        var lifecycle = ServiceGroupConfiguration(services: services, logger: configuration.logger)
        lifecycle.maximumGracefulShutdownDuration = .seconds(ServerLimits.closeSeconds)
        return lifecycle
    }

    private func services() throws -> NodeServices {
        let counters = Counters()
        node.store.hearAlarms { [logger = configuration.logger] in logger.critical("\($0.message)") }
        let limits = configuration.limits
        let disk = DiskSpace(path: node.directory.path, freeBytesMin: ServerLimits.diskFreeBytesMin)
        return NodeServices(
            node: node,
            commit: GroupCommit(node.store, queuedMax: limits.queuedWritesMax, counters: counters, disk: disk),
            workers: WorkerPool(threads: ServerLimits.workerThreads, queuedMax: limits.queuedWorkMax),
            blobs: Blobs(node.store),
            blobWorkers: WorkerPool(threads: ServerLimits.blobThreads, queuedMax: limits.queuedBlobWorkMax),
            watch: try PositionWatch(node.store),
            tokens: SessionTokens(secret: Entropy.bytes(32), noncesMax: limits.noncesMax),
            counters: counters, askers: Askers(limits),
            bodyRoom: BodyRoom(bytesMax: limits.bodyBytesAtOnceMax, counters: counters),
            messageRooms: MessageRooms(limits),
            answerRoom: AnswerRoom(bytesMax: limits.answerBytesAtOnceMax), connections: Connections(limits),
            waitSecondsMax: limits.waitSecondsMax, isBehindProxy: configuration.plainHTTP,
            readiness: Readiness(gate: Gate(), disk: disk, store: node.store),
            process: ProcessFigures(startedAt: Double(node.store.environment.wallMilliseconds()) / 1000),
            uplink: configuration.uplink, metricsToken: try node.directory.metricsToken(),
            version: configuration.version, logger: configuration.logger)
    }

    private func application(
        _ services: NodeServices, onListening: @escaping @Sendable (String) -> Void
    ) throws -> some Service {
        let configuration = configuration
        let connections = ConnectionServices(
            limits: configuration.limits, connections: services.connections, counters: services.counters)
        return Application(
            router: Routes.router(services),
            server: try ServerChannel.builder(configuration, node.directory, connections),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "fieldsyncd",
                availableConnectionsDelegate: .maximum(connectionsMax, logger: configuration.logger)),
            onServerRunning: { channel in
                onListening(configuration.url(port: channel.localAddress?.port ?? configuration.port))
            }, logger: configuration.logger)
    }
}

extension NodeServices {
    /// What is queued is still done.
    fileprivate func close() {
        watch.close()
        workers.close()
        blobWorkers.close()
        commit.close()
    }
}
