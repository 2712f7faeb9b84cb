import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import SyncWire

/// Answers in the node's place while its database is being migrated: it is alive, and takes nothing yet.
package struct WaitingServer: Sendable {
    private let directory: NodeDirectory
    private let configuration: NodeServerConfiguration

    package init(_ directory: NodeDirectory, configuration: NodeServerConfiguration) {
        self.directory = directory
        self.configuration = configuration
    }

    /// Serves until `work` is done; the address is free again then.
    package func run<T: Sendable>(during work: @escaping @Sendable () throws -> T) async throws -> T {
        let group = ServiceGroup(services: [try application()], logger: configuration.logger)
        let serving = Task { try await group.run() }
        let thread = WorkerPool(threads: 1, queuedMax: 1)
        defer { thread.close() }
        let result: Result<T, any Error>
        do { result = .success(try await thread.run(work)) } catch { result = .failure(error) }
        await group.triggerGracefulShutdown()
        _ = await serving.result
        return try result.get()
    }

    private func application() throws -> some Service {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        router.get("/healthz") { _, _ in Response.text("ok\n") }
        router.get("/**") { _, _ -> Response in throw Unreadiness.migrating.problem }
        router.post("/**") { _, _ -> Response in throw Unreadiness.migrating.problem }
        let limits = configuration.limits
        let connections = ConnectionServices(limits: limits, connections: Connections(limits), counters: Counters())
        return Application(
            router: router, server: try ServerChannel.builder(configuration, directory, connections),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "fieldsyncd"),
            logger: configuration.logger)
    }
}
