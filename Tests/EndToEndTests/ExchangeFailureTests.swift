import SyncClient
import SyncCore
import SyncStore
import SyncWire
import Testing

@Suite("Exchange: answers that say no, and answers that say nothing")
struct ExchangeFailureTests {
    let world: ExchangeWorld
    let device: ExchangeWorld.Replica

    init() throws {
        world = try ExchangeWorld()
        device = try world.device(below: world.hq)
    }

    struct Answer: CustomTestStringConvertible, Sendable {
        let response: HTTPResponse
        let code: String
        let exit: Int32
        var testDescription: String { "\(response.status) \(code)" }

        init(_ status: Int, _ body: [UInt8], headers: [String: String] = [:], code: String, exit: Int32) {
            response = HTTPResponse(status: status, headers: headers, body: body)
            self.code = code
            self.exit = exit
        }

        init(_ code: ErrorCode, exit: Int32) {
            let problem = Problem(code)
            self.init(problem.status, problem.json, code: code.rawValue, exit: exit)
        }
    }

    @Test(
        "Every refusal has its code and its exit",
        arguments: [
            Answer(.revoked, exit: 17), Answer(.suspended, exit: 11), Answer(.upgradeRequired, exit: 16),
            Answer(.untrusted, exit: 14), Answer(.unavailable, exit: 10), Answer(.storageFull, exit: 10),
            Answer(.rateLimited, exit: 75), Answer(.payloadTooLarge, exit: 2), Answer(.unauthenticated, exit: 11),
            Answer(502, Array("<html>".utf8), code: "unavailable", exit: 10),
            Answer(404, Array("<html>".utf8), code: "unavailable", exit: 10),
            Answer(200, Array("<html>please log in</html>".utf8), code: "unavailable", exit: 10),
            Answer(200, [], code: "unavailable", exit: 10),
            Answer(
                200, [3, 0, 1, 2], headers: ["content-type": "application/vnd.fieldsync"], code: "unavailable", exit: 10
            ),
            Answer(
                200, [1, 9, 1], headers: ["content-type": "application/vnd.fieldsync"], code: "upgrade_required",
                exit: 16),
            Answer(
                418, Array(#"{"code":"new","status":418,"detail":"","hint":"","retryable":false,"details":{}}"#.utf8),
                code: "new", exit: 2),
        ])
    func refusals(answer: Answer) throws {
        device.line.fate = { path, _ in path == "/v1/pull" ? .answered(answer.response) : .arrives }
        let failure = try failure(of: device)
        #expect((failure.code, failure.exit) == (answer.code, answer.exit))
    }

    @Test("A node that asks to come back later says when")
    func retryAfter() throws {
        let busy = HTTPResponse(status: 503, headers: ["retry-after": "7"], body: Problem(.unavailable).json)
        device.line.fate = { _, _ in .answered(busy) }
        guard case .busy("unavailable", _, 7) = try failure(of: device) else {
            Issue.record("the seconds were not taken")
            return
        }
    }

    @Test("An answer at its limit is read, and one byte more is not", arguments: [0, 1])
    func answerBytes(past: Int) throws {
        let limit = Limits.responseBodyDecompressedBytesMax
        let answer = ExchangeNode.good(Frame.encode(ServingLimitTests.filler(bytes: limit + past)))
        device.line.fate = { path, _ in path == "/v1/pull" ? .answered(answer) : .arrives }
        let why = past == 0 ? "a pull that does not get on" : WireError.decompressionLimit(limit).detail
        #expect(try failure(of: device) == .garbage(why))
    }

    @Test(
        "An exchange is done though the node has no time to tell of its audit, and is asked again; one that cannot, is not",
        arguments: [(ErrorCode.unavailable, 2), (.storageFull, 2), (.notFound, 1)])
    func noAudit(code: ErrorCode, asked: Int) throws {
        let problem = Problem(code)
        let answer = HTTPResponse(status: problem.status, headers: [:], body: problem.json)
        device.line.fate = { path, _ in path == "/v1/audit" ? .answered(answer) : .arrives }
        for _ in 0..<2 { #expect(try device.exchange.run().complete) }
        #expect(device.line.paths.count { $0 == "/v1/audit" } == asked)
    }

    @Test("A session that the node has forgotten is opened anew, once")
    func forgottenSession() throws {
        try device.exchange.run()
        let forgotten = HTTPResponse(status: 401, headers: [:], body: Problem(.unauthenticated).json)
        device.line.forgetPaths()
        device.line.fate = { _, earlier in earlier == 0 ? .answered(forgotten) : .arrives }
        try device.exchange.run()
        #expect(device.line.paths == ["/v1/pull", "/v1/session", "/v1/session", "/v1/pull"])
        device.line.fate = { path, _ in path == "/v1/pull" ? .answered(forgotten) : .arrives }
        device.line.forgetPaths()
        #expect(try failure(of: device).code == "unauthenticated")
        #expect(device.line.paths.count { $0 == "/v1/pull" } == 2)
    }

    @Test("An expired certificate is renewed before anything else")
    func expired() throws {
        let expired = HTTPResponse(status: 401, headers: [:], body: Problem(.certificateExpired).json)
        device.line.fate = { path, earlier in path == "/v1/session" && earlier == 1 ? .answered(expired) : .arrives }
        var renewed = 0
        device.upstream.onRenewal = { _ in renewed += 1 }
        try device.exchange.run()
        #expect(renewed == 1)
        #expect(device.line.paths.contains("/v1/renew"))
    }

    @Test("A receipt that no node signed is not believed")
    func forgedReceipt() throws {
        let forger = ExchangeNode(
            store: world.hq.store, key: device.identity.key, chain: device.identity.chain, root: world.hq.root,
            name: "HQ")
        device.line.node = forger
        try world.newAccount("Rio", on: device.store)
        #expect(try failure(of: device).exit == 14)
        #expect(try world.counts(device) == [1, 0, 0])
    }

    @Test("A node that asks for earlier sets again and again is given up, and what is there still comes down")
    func endlessGap() throws {
        for number in 0..<5 { try world.newAccount("A\(number)", on: device.store) }
        try device.exchange.run()
        try world.newAccount("BHP", on: device.store)
        let replica = try #require(try device.store.read { try $0.deviceReplica() })
        var next: UInt64 = 6
        device.line.fate = { path, _ in
            guard path == "/v1/push" else { return .arrives }
            next -= 1
            return .answered(Self.gap(replica, next: next))
        }
        let report = try device.exchange.run()
        #expect(report.refusedRuns.map(\.code) == ["sequence_gap"])
        #expect((next, report.pending, report.complete) == (2, 1, true))
    }

    @Test("A gap before the beginning of a chain is nonsense")
    func impossibleGap() throws {
        try world.newAccount("Rio", on: device.store)
        device.line.fate = { [device] path, _ in
            let replica = try? device.store.read { try $0.deviceReplica() }
            return path == "/v1/push" ? .answered(Self.gap(replica ?? ReplicaID(0), next: 1)) : .arrives
        }
        #expect(try failure(of: device) == .garbage("a gap at 1 before a run from 1"))
    }

    private static func gap(_ replica: ReplicaID, next: UInt64) -> HTTPResponse {
        var result = WireRunResult()
        result.replica = replica.raw
        result.outcome = .gap
        result.nextSeq = next
        var push = WirePushResponse()
        push.results = [result]
        return ExchangeNode.good(Frame.encode(push.encoded))
    }

    @Test("A replica that belongs to another key is reported, and what is below still comes down")
    func owned() throws {
        try world.newAccount("Rio", on: device.store)
        try device.exchange.run()
        let stranger = try world.device(below: world.hq)
        let replica = try #require(try device.store.read { try $0.deviceReplica() })
        let posing = try world.copy(of: device)
        let exchange = Exchange(
            store: posing.store,
            upstream: Upstream(
                url: "https://node", identity: stranger.identity, transport: posing.line,
                wallMilliseconds: posing.store.environment.wallMilliseconds))
        try world.newAccount("BHP", on: posing.store)
        let report = try exchange.run()
        #expect(report.refusedRuns.map(\.code) == ["replica_owned"])
        #expect(report.refusedRuns.map(\.replica) == [replica])
        #expect((report.pending, report.complete) == (1, true))
    }

    @Test("A record's history comes as the node tells it")
    func history() throws {
        let bytes = try device.upstream.history(of: RecordID(high: 1, low: 2))
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"complete":true,"items":[]}"#)
        #expect(device.line.paths.last == "/v1/records/00000000-0000-0001-0000-000000000002/history")
    }
}
