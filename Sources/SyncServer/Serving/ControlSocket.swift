import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import SyncWire

/// The socket in the node's directory by which verbs reach the process that owns the data. Who may open it may do
/// anything: that is the node's own user.
struct ControlSocket: Sendable {
    let path: String
    let workers: WorkerPool
    let bodyBytesMax: Int
    let logger: Logger
    let handler: ControlHandler

    /// A stale socket file is replaced: whoever holds the directory's lock is the only server.
    var application: some Service {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        router.post("/control") { request, _ in try await run(request) }
        // Whoever asks only whether somebody is there does not wait behind verbs that are at work.
        router.get("/control") { _, _ in Response.text("ok\n") }
        let path = path
        return Application(
            router: router, configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path)),
            onServerRunning: { _ in chmod(path, 0o600) }, logger: logger)
    }

    private func run(_ request: Request) async throws -> Response {
        let buffer = try await request.body.collect(upTo: bodyBytesMax)
        let answer = try await workers.run {
            let body = Data(buffer.readableBytesView)
            guard let asked = try? JSONDecoder().decode(ControlRequest.self, from: body) else {
                throw Problem(.badRequest)
            }
            return try JSONEncoder().encode(try handler(asked))
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer)))
    }
}
