import Hummingbird
import Logging
import NIOCore
import SyncStore
import SyncWire

/// What the handlers share.
struct NodeServices: Sendable {
    let node: Node
    let commit: GroupCommit
    let workers: WorkerPool
    let blobs: Blobs
    let blobWorkers: WorkerPool
    let watch: PositionWatch
    let tokens: SessionTokens
    let counters: Counters
    let readiness: Readiness
    let process: ProcessFigures
    /// Nil at HQ.
    let uplink: @Sendable () -> UplinkFigures?
    /// What a scraper from elsewhere shows; nil: none is let in.
    let metricsToken: [UInt8]?
    /// Of the program.
    let version: String
    let logger: Logger

    var identity: NodeIdentity { node.identity }
    var now: Int64 { node.store.environment.wallMilliseconds() }

    /// Looks at the store on a thread that may block.
    func read<T: Sendable>(_ body: @escaping @Sendable (ReadAccess) throws -> T) async throws -> T {
        try await workers.run { [store = node.store] in try store.read(body) }
    }
}

/// One request at a time has a message in and a message out.
extension NodeServices {
    static let mediaType = "application/vnd.fieldsync"

    /// The message of a request's body, which is one frame.
    func message<Message: BoundedMessage>(_ type: Message.Type, of request: Request) async throws -> Message {
        let buffer = try await request.body.collect(upTo: Limits.requestBodyBytesMax)
        return try await workers.run {
            let limit = Limits.requestBodyDecompressedBytesMax
            let content = try Frame.decode([UInt8](buffer.readableBytesView), limit: limit)
            counters.count(requestBody: buffer.readableBytes, message: content.count)
            return try Message(bounded: content)
        }
    }

    func response(_ message: some BoundedMessage) async throws -> Response {
        let bytes = try await workers.run {
            let content = message.encoded
            let body = Frame.encode(content)
            counters.count(responseBody: body.count, message: content.count)
            return body
        }
        return Response(
            status: .ok, headers: [.contentType: Self.mediaType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Who asks. Without a good token nobody learns more than that he has none.
    func session(of request: Request) async throws -> Session {
        let bearer = "Bearer "
        guard let header = request.headers[.authorization], header.hasPrefix(bearer),
            let session = tokens.session(of: String(header.dropFirst(bearer.count)), now: now)
        else { throw Problem(.unauthenticated) }
        try await read { try $0.demandStanding(of: session) }
        return session
    }
}
