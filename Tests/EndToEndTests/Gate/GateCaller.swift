import Foundation
import SyncClient
import SyncCore
import SyncWire

/// A device that asks by hand, and listens to every byte that it is answered. It belongs to one thread.
final class GateCaller {
    let key: SigningKey
    let chain: [WireSignedCertificate]
    private let url: String
    private let client = HTTPClient(configuration: HTTPConfiguration(verification: .none, userAgent: "gate"))
    private(set) var token: String?
    /// The numbers of the scopes of which words came, by what was asked.
    private(set) var heard: [String: Set<Int>] = [:]
    private(set) var requests = 0
    /// Answers that say that the node failed.
    private(set) var failures: [String] = []

    /// - Parameter chain: nil: it has none.
    init(_ url: String, key: SigningKey, chain: [WireSignedCertificate]?) throws {
        (self.url, self.key, self.chain) = (url, key, chain ?? [])
        if chain != nil { token = try openSession() }
    }

    var everythingHeard: Set<Int> { heard.values.reduce(into: []) { $0.formUnion($1) } }

    @discardableResult
    func send(
        _ method: String, _ path: String, body: [UInt8]? = nil, headers: [(String, String)] = [],
        as route: String? = nil
    ) throws -> HTTPResponse {
        var request = HTTPRequest(method: method, url: url + path, headers: headers, body: body, timeoutSeconds: 30)
        if let token { request.headers.append(("Authorization", "Bearer \(token)")) }
        let answer = try client.send(request)
        requests += 1
        let route = route ?? "\(method) \(path)"
        var bytes = answer.body + Array(answer.headers.map { "\($0): \($1)\n" }.joined().utf8)
        if let message = try? Frame.decode(answer.body, limit: Limits.responseBodyDecompressedBytesMax) {
            bytes += message
        }
        heard[route, default: []].formUnion(GateScope.heard(in: bytes))
        // What is not here yet is said by 503.
        if answer.status >= 500, answer.status != 503 { failures.append("\(route) \(answer.status)") }
        return answer
    }

    @discardableResult
    func post(_ path: String, _ message: some BoundedMessage, as route: String? = nil) throws -> HTTPResponse {
        try send("POST", path, body: Frame.encode(message.encoded), as: route ?? path)
    }

    func ask<Answer: BoundedMessage>(
        _ path: String, _ message: some BoundedMessage, as route: String? = nil
    ) throws -> Answer {
        let answer = try post(path, message, as: route)
        guard answer.status == 200 else { throw GateRefusal(answer) }
        return try Answer(bounded: Frame.decode(answer.body, limit: Limits.responseBodyDecompressedBytesMax))
    }

    private func openSession() throws -> String {
        var request = WireSessionRequest()
        request.chain = chain
        let first: WireSessionResponse = try ask("/v1/session", request)
        request.nonce = first.nonce
        request.signature = Data(key.sign([UInt8](first.nonce), for: .session))
        let second: WireSessionResponse = try ask("/v1/session", request)
        return second.token
    }

    /// All that a pull brings, page by page.
    func pull(pageBytes: UInt32 = 0, as route: String? = nil) throws -> WirePullResponse {
        var request = WirePullRequest()
        request.pageBytesMax = pageBytes
        var whole: WirePullResponse = try ask("/v1/pull", request, as: route)
        var states = whole.states
        while !whole.complete {
            request.cursor = whole.cursor
            whole = try ask("/v1/pull", request, as: route)
            states += whole.states
        }
        whole.states = states
        return whole
    }
}

/// An answer that is none.
struct GateRefusal: Error {
    let status: Int
    let code: String?

    init(_ answer: HTTPResponse) {
        status = answer.status
        code = answer.headers["fieldsync-error"]
    }
}

extension HTTPResponse {
    /// All that could tell one refusal from another; the time is not.
    var said: String {
        let told = headers.filter { $0.key != "date" }.sorted { $0.key < $1.key }.map { "\($0): \($1)" }
        return "\(status) \(told) \(String(decoding: body, as: UTF8.self))"
    }
}
