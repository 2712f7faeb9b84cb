import FieldModel
import Foundation
import SyncClient
import SyncCore
import SyncWire
import Testing

/// A device that speaks the protocol by hand, and so can speak it wrongly.
final class WireCaller {
    let replica = ReplicaID(UInt64.random(in: 1 ... .max))
    private let key = SigningKey(seed: (0..<32).map { _ in UInt8.random(in: 0 ... .max) })
    private let enrolment: EnrolmentResult
    private let client: HTTPClient
    private let url: String
    private let note = RecordID(
        milliseconds: 1_700_000_000_000, random: (.random(in: 0 ... .max), .random(in: 0 ... .max)))

    init(to node: ServedNode, code: String) throws {
        url = node.url
        enrolment = try Enrolment.enroll(url: url, code: code, name: "by hand", key: key, version: "0.1.0")
        let authority = node.folder.appending(path: "ca.pem").path
        client = HTTPClient(
            configuration: HTTPConfiguration(verification: .authority(pemFile: authority), userAgent: "by hand"))
    }

    func get(_ path: String) throws -> HTTPResponse { try client.send(HTTPRequest(method: "GET", url: url + path)) }

    func post(_ path: String, _ body: [UInt8], token: String?) throws -> HTTPResponse {
        var request = HTTPRequest(method: "POST", url: url + path, body: body)
        request.headers = [("Content-Type", "application/vnd.fieldsync")]
        if let token { request.headers.append(("Authorization", "Bearer \(token)")) }
        return try client.send(request)
    }

    /// The body that answers a nonce of the node's.
    func proof() throws -> [UInt8] {
        var request = WireSessionRequest()
        request.chain = enrolment.chain
        request.version = "0.1.0"
        let asked = try post("/v1/session", Frame.encode(request.encoded), token: nil)
        let answer: WireSessionResponse = try decoded(asked)
        request.nonce = answer.nonce
        request.signature = Data(key.sign([UInt8](answer.nonce), for: .session))
        return Frame.encode(request.encoded)
    }

    func token() throws -> String {
        let answer: WireSessionResponse = try decoded(try post("/v1/session", proof(), token: nil))
        return answer.token
    }

    /// The first set of this caller's replica: a note, about itself.
    /// - Parameter value: in the place of its text.
    func run(text: String = "by hand", value: Value? = nil) throws -> WireRun {
        let author = try #require(enrolment.identity.user)
        let values = ["subject": Value.reference(author), "text": value ?? .text("\(text) \(replica)")]
        let fields =
            try values.map { name, value in
                FieldWrite(tag: try #require(Catalogue.note.field(named: name)).tag, value: value)
            } + [FieldWrite(tag: .scope, value: .text(enrolment.homeScope))]
        let write = Write(dot: Dot(replica, 1), creates: true, fields: fields)
        let set = ChangeSet(
            timestamp: Timestamp(milliseconds: 1_700_000_000_000, counter: 0), author: author,
            changes: [Change(type: EntityTag.note, record: note, write: write)])
        let bytes = ChangeSetCodec.encode(set, replica: replica)
        let start = ChainHash.start(of: replica)
        var run = WireRun()
        run.replica = replica.raw
        run.firstSeq = 1
        run.before = Data(start)
        run.sets = [Data(bytes)]
        run.signature = Data(key.sign(ChainHash.next(after: start, set: bytes), for: .run))
        run.chain = enrolment.chain
        return run
    }

    /// A pull that has everything and waits for news.
    func waitingPull() throws -> [UInt8] {
        let first = try post("/v1/pull", Frame.encode(WirePullRequest().encoded), token: token())
        let page: WirePullResponse = try decoded(first)
        var request = WirePullRequest()
        request.checkpoint = page.checkpoint
        request.wait = 60
        return Frame.encode(request.encoded)
    }

    func push(_ runs: [WireRun]) -> WirePushRequest {
        var request = WirePushRequest()
        request.runs = runs
        return request
    }

    func outcomes(of runs: [WireRun]) throws -> [WireRunResult.Outcome] {
        let answer = try post("/v1/push", Frame.encode(push(runs).encoded), token: token())
        let results: WirePushResponse = try decoded(answer)
        return results.results.map(\.outcome)
    }

    func pull(_ request: WirePullRequest) throws -> WirePullResponse {
        try decoded(try post("/v1/pull", Frame.encode(request.encoded), token: token()))
    }

    private func decoded<Answer: BoundedMessage>(_ response: HTTPResponse) throws -> Answer {
        try #require(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
        return try Answer(bounded: Frame.decode(response.body, limit: Limits.responseBodyDecompressedBytesMax))
    }
}
