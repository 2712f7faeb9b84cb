import Foundation
import SyncClient
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire

/// What a node answers, in this thread: the steps of the server's handlers, each of which is called there too.
struct NodeAnswering {
    private let identity: NodeIdentity
    private let store: Store
    private let tokens: SessionTokens
    private let pageBytesMax: Int

    /// - Parameters:
    ///   - secret: another one at every start.
    ///   - pageBytesMax: what it has room for.
    init(_ identity: NodeIdentity, _ store: Store, secret: UInt64, pageBytesMax: Int) {
        self.identity = identity
        self.store = store
        self.pageBytesMax = pageBytesMax
        tokens = SessionTokens(secret: Array("\(identity.name) \(secret)".utf8), noncesMax: 100_000)
    }

    private var now: Int64 { store.environment.wallMilliseconds() }

    func answer(_ request: HTTPRequest) throws -> HTTPResponse {
        do {
            let body = Frame.encode(try message(for: request))
            return HTTPResponse(status: 200, headers: ["content-type": Self.mediaType], body: body)
        } catch {
            guard let problem = Problem(error) else { throw error }
            return HTTPResponse(status: problem.status, headers: [:], body: problem.json)
        }
    }

    private static let mediaType = "application/vnd.fieldsync"

    private func message(for request: HTTPRequest) throws -> [UInt8] {
        let body = request.body ?? []
        switch Self.path(of: request) {
        case "/v1/session": return try session(Self.message(body)).encoded
        case "/v1/renew": return try renew(Self.message(body)).encoded
        case "/v1/push": return try push(Self.message(body), asker(request, for: .send)).encoded
        case "/v1/pull": return try pull(Self.message(body), asker(request)).encoded
        case "/v1/reconcile": return try reconcile(Self.message(body), asker(request)).encoded
        case "/v1/audit": return try audit(Self.message(body), asker(request)).encoded
        default: throw Problem(.notFound)
        }
    }

    static func path(of request: HTTPRequest) -> String { String(request.url.dropFirst("https://node".count)) }

    private static func message<Message: BoundedMessage>(_ body: [UInt8]) throws -> Message {
        try Message(bounded: Frame.decode(body, limit: Limits.requestBodyDecompressedBytesMax))
    }

    private func asker(_ request: HTTPRequest, for errand: Errand = .exchange) throws -> SyncServer.Session {
        let bearer = "Bearer "
        let header = request.headers.first { $0.0 == "Authorization" }?.1 ?? ""
        guard let session = tokens.session(of: String(header.dropFirst(bearer.count)), now: now) else {
            throw Problem(.unauthenticated)
        }
        try store.read { try $0.demandStanding(of: session, for: errand) }
        return session
    }

    private func session(_ asked: WireSessionRequest) throws -> WireSessionResponse {
        let opening = SessionOpening(identity: identity, tokens: tokens, now: now)
        if asked.nonce.isEmpty { return try opening.nonce(for: asked, under: identity.root) }
        let proof = try opening.proof(in: asked, expiry: .checked(now: opening.now))
        return opening.answer(try store.write { try opening.open(proof, asked, $0) })
    }

    private func renew(_ asked: WireSessionRequest) throws -> WireEnrollResponse {
        let opening = SessionOpening(identity: identity, tokens: tokens, now: now)
        let proof = try opening.proof(in: asked, expiry: .ignored)
        return try store.write { try opening.renew(proof, $0) }.answer(by: identity, now: now)
    }

    private func push(_ asked: WirePushRequest, _ session: SyncServer.Session) throws -> WirePushResponse {
        let taking = PushTaking(identity: identity, session: session)
        let verified = try taking.verify(asked, in: store)
        return taking.answer(try store.write { try taking.take(verified, $0) }, now: now)
    }

    private func pull(_ asked: WirePullRequest, _ session: SyncServer.Session) throws -> WirePullResponse {
        if let branch = session.branch { try store.write { try $0.noteExchange(ofBranch: branch, pending: nil) } }
        let pull = Pull(
            identity: identity, holder: session.holder, key: session.branch == nil ? session.key : nil, asked: asked,
            bytesMax: min(asked.bytesMax, pageBytesMax))
        let found = try store.read(pull.look)
        if case .rolledBack(let shown) = found {
            try store.write { _ = try $0.openEpoch(ifRolledBackBefore: shown) }
        }
        var (page, _) = try found.page
        page.nodeTime = now
        return page
    }

    private func reconcile(
        _ asked: WireReconcileRequest, _ session: SyncServer.Session
    ) throws -> WireReconcileResponse {
        try store.read(Comparison(asked: asked, holder: session.holder, bytesMax: pageBytesMax).answer)
    }

    private func audit(_ asked: WireAuditRequest, _ session: SyncServer.Session) throws -> WireAuditResponse {
        let answering = AuditAnswering(identity: identity, session: session)
        let heads = try answering.verify(asked)
        return try store.write { try answering.answer(heads, $0) }
    }
}
