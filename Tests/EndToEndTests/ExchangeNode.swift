import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire

/// A node in this process: what a server does with the requests of an exchange, over a real store, without a socket.
final class ExchangeNode: Sendable {
    let store: Store
    let key: SigningKey
    let chain: [WireSignedCertificate]
    let root: Roots
    let name: String
    let pageBytesMax: Int

    init(
        store: Store, key: SigningKey, chain: [WireSignedCertificate], root: Roots, name: String,
        pageBytesMax: Int = 1_000_000
    ) {
        self.store = store
        self.key = key
        self.chain = chain
        self.root = root
        self.name = name
        self.pageBytesMax = pageBytesMax
    }

    var isHQ: Bool { store.role == .hq }
    /// A session's token says whose it is.
    private static func token(_ peer: Identity) -> String { "session of \(peer.user ?? peer.subject)" }

    func answer(_ request: HTTPRequest) -> HTTPResponse {
        do {
            return Self.good(try body(of: request))
        } catch {
            return (error as? ExchangeRefusal ?? ExchangeRefusal(.internalError, "\(error)")).response
        }
    }

    static func good(_ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(status: 200, headers: ["content-type": "application/vnd.fieldsync"], body: body)
    }

    private func body(of request: HTTPRequest) throws -> [UInt8] {
        let path = String(request.url.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" })
        if path == "/v1/session" { return Frame.encode(try session(try message(request)).encoded) }
        if path == "/v1/renew" { return Frame.encode(try renewal(try message(request)).encoded) }
        guard let holder = request.headers.lazy.compactMap({ Self.holder($0.0, $0.1) }).first else {
            throw ExchangeRefusal(.unauthenticated)
        }
        switch path {
        case "/v1/push": return Frame.encode(try push(try message(request)).encoded)
        case "/v1/pull": return Frame.encode(try pull(try message(request), by: holder).encoded)
        case "/v1/reconcile": return Frame.encode(try reconcile(try message(request), by: holder).encoded)
        case let path where path.hasSuffix("/history"): return Array(#"{"complete":true,"items":[]}"#.utf8)
        default: throw ExchangeRefusal(.notFound)
        }
    }

    private static func holder(_ header: String, _ value: String) -> RecordID? {
        let prefix = "Bearer session of "
        guard header == "Authorization", value.hasPrefix(prefix) else { return nil }
        return RecordID(text: String(value.dropFirst(prefix.count)))
    }

    private func message<Message: BoundedMessage>(_ request: HTTPRequest) throws -> Message {
        try Message(bounded: Frame.decode(request.body ?? [], limit: Limits.requestBodyDecompressedBytesMax))
    }

    private func session(_ request: WireSessionRequest) throws -> WireSessionResponse {
        let peer = try CertificateChain.verify(request.chain, root: root, expiry: .ignored)
        var answer = WireSessionResponse()
        answer.nodeTime = store.environment.wallMilliseconds()
        answer.nonce = Data(repeating: 7, count: Limits.nonceBytes)
        if request.nonce.isEmpty { return answer }
        guard peer.key.verifies([UInt8](request.signature), of: [UInt8](answer.nonce), for: .session) else {
            throw ExchangeRefusal(.signatureMismatch)
        }
        if request.hasCheckpoint { try noticeSetBack(by: Checkpoint(request.checkpoint)) }
        answer.token = Self.token(peer)
        answer.expiresAt = answer.nodeTime + 600_000
        answer.node = name
        answer.hq = isHQ
        answer.epoch = try store.read { try $0.epoch() }
        return answer
    }

    /// The same certificate, and another code.
    private func renewal(_ request: WireSessionRequest) throws -> WireEnrollResponse {
        var answer = WireEnrollResponse()
        answer.chain = request.chain
        answer.node = name
        answer.deviceCode = "B2"
        return answer
    }
}

struct ExchangeRefusal: Error {
    let problem: Problem

    init(_ code: ErrorCode, _ detail: String? = nil) { problem = Problem(code, detail: detail) }

    var response: HTTPResponse { HTTPResponse(status: problem.status, headers: [:], body: problem.json) }
}
