import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
package import SyncStore
import SyncWire
import UnixSignals

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

    /// Serves until SIGTERM or SIGINT; then finishes what has begun, for at most 10 s, and returns.
    /// - Parameters:
    ///   - onListening: called with the URL once requests are accepted.
    ///   - onDrain: called when the end begins, for whatever else must stop.
    ///   - onFatal: called when the disk fails; must end the process.
    package func run(
        onListening: @escaping @Sendable (_ url: String) -> Void, onDrain: @escaping @Sendable () -> Void,
        onFatal: @escaping @Sendable (StoreFailure) -> Void
    ) async throws {
        let services = services(onFatal: onFatal)
        defer { services.close() }
        let controlSocket = ControlSocket(
            path: node.directory.controlSocket, workers: WorkerPool(threads: 2, queuedMax: 100),
            logger: configuration.logger, handler: control)
        let draining = Draining {
            services.watch.close()
            onDrain()
        }
        let application = try application(services, onListening: onListening)
        let group = ServiceGroup(configuration: lifecycle([application, controlSocket.application, draining]))
        do { try await group.run() } catch is CancellationError { return } catch let error as IOError {
            throw ServingFailure.cannotListen("\(configuration.host):\(configuration.port): \(error)")
        }
    }

    private func lifecycle(_ services: [any Service]) -> ServiceGroupConfiguration {
        var lifecycle = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: configuration.logger)
        lifecycle.maximumGracefulShutdownDuration = .seconds(ServerLimits.drainSeconds)
        return lifecycle
    }

    private func services(onFatal: @escaping @Sendable (StoreFailure) -> Void) -> NodeServices {
        NodeServices(
            node: node, commit: GroupCommit(node.store, onFatal: onFatal),
            workers: WorkerPool(threads: ServerLimits.workerThreads, queuedMax: ServerLimits.queuedWorkMax),
            watch: PositionWatch(node.store), tokens: SessionTokens(secret: Entropy.bytes(32)), counters: Counters(),
            logger: configuration.logger)
    }

    private func application(
        _ services: NodeServices, onListening: @escaping @Sendable (String) -> Void
    ) throws -> some Service {
        let configuration = configuration
        return Application(
            router: Routes.router(services), server: try channel(),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "fieldsyncd",
                availableConnectionsDelegate: .maximum(ServerLimits.connectionsMax, logger: configuration.logger)),
            onServerRunning: { channel in
                onListening(configuration.url(port: channel.localAddress?.port ?? configuration.port))
            }, logger: configuration.logger)
    }

    private func channel() throws -> HTTPServerBuilder {
        let http1 = HTTPServerBuilder.http1(
            configuration: .init(
                idleTimeout: .seconds(ServerLimits.idleSeconds),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: ServerLimits.headerBytesMax, maxHeaderListSize: ServerLimits.headerBytesMax,
                    maxHeaderFieldCount: ServerLimits.headersMax)))
        if configuration.plainHTTP { return http1 }
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(node.directory.tlsCertificate)
            let key = try NIOSSLPrivateKey(file: node.directory.tlsKey, format: .pem)
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            tls.minimumTLSVersion = .tlsv12
            tls.applicationProtocols = ["http/1.1"]
            return try .tls(http1, tlsConfiguration: tls)
        } catch {
            throw ServingFailure.badTLS("\(error)")
        }
    }
}

extension NodeServices {
    /// What is queued is still done.
    fileprivate func close() {
        watch.close()
        workers.close()
        commit.close()
    }
}

/// Does something when the end begins.
private struct Draining: Service {
    let action: @Sendable () -> Void

    init(_ action: @escaping @Sendable () -> Void) { self.action = action }

    func run() async throws {
        try await gracefulShutdown()
        action()
    }
}
