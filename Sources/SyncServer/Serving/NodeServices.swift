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
    let messageRooms: MessageRooms
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

extension NodeServices {
    /// Who asks. Without a good token nobody learns more than that he has none.
    func session(of request: Request, for errand: Errand = .exchange) async throws -> Session {
        guard let session = Visit.current?.session else { throw Problem(.unauthenticated) }
        try await read { try $0.demandStanding(of: session, for: errand) }
        return session
    }
}
