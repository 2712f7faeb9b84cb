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
    let askers: Askers
    let bodyRoom: BodyRoom
    let messageRoom: MessageRoom
    let answerRoom: AnswerRoom
    let connections: Connections
    let waitSecondsMax: Int
    /// Whether who connects is a proxy on this machine that says for whom.
    let isBehindProxy: Bool
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

    /// The message of a request's body, which is one frame. Of whoever has no session it is short.
    func message<Message: BoundedMessage>(_ type: Message.Type, of request: Request) async throws -> Message {
        guard let visit = Visit.current else { preconditionFailure("a request was let in") }
        let isKnown = visit.session != nil
        let body = [UInt8](
            buffer: try await body(
                of: request, bytesMax: isKnown ? Limits.requestBodyBytesMax : Limits.strangerBodyBytesMax))
        let limit = isKnown ? Limits.requestBodyDecompressedBytesMax : Limits.strangerBodyBytesMax
        // What it claims is what it may grow to.
        let claimed = min(Frame.claimedMessageBytes(body) ?? limit, limit)
        if claimed > ServerLimits.shortMessageBytesMax { await messageRoom.enter(visit, bytes: claimed) }
        return try await workers.run {
            let content = try Frame.decode(body, limit: claimed)
            counters.count(requestBody: body.count, message: content.count)
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
        return response(body: bytes, type: Self.mediaType)
    }

    /// Who asks. Without a good token nobody learns more than that he has none.
    func session(of request: Request, for errand: Errand = .exchange) async throws -> Session {
        guard let session = Visit.current?.session else { throw Problem(.unauthenticated) }
        try await read { try $0.demandStanding(of: session, for: errand) }
        return session
    }
}
