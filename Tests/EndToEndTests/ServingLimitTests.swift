import Foundation
import SyncClient
import SyncCore
@testable import SyncServer
import SyncWire
import Testing

@Suite("Limits of serving, at and one past")
struct ServingLimitTests {
    private let key = ServerTrial.key(1)

    @Test("As many pulls wait as a device may have; one more is told to come again, and others are answered")
    func requestsAtOnce() async throws {
        var limits = ServingLimits()
        limits.device = Allowance(requests: limits.device.requests, requestsAtOnceMax: 2)
        try await ServerTrial.run(limits) { trial in
            let token = try await trial.token(try await trial.enrolled(key), key)
            let other = ServerTrial.key(2)
            let otherToken = try await trial.token(try await trial.enrolled(other), other)
            let waiting = try await trial.waitingPull(token: token)
            async let one = trial.post("/v1/pull", waiting, token: token)
            async let two = trial.post("/v1/pull", waiting, token: token)
            #expect(try await comesTrue(within: 120) { try await trial.metric("fieldsync_waiting_pulls") == 2 })
            let past = try await trial.post("/v1/pull", waiting, token: token)
            #expect(past.status == 429 && past.code == "rate_limited")
            #expect(past.headers["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
            #expect(try await trial.post("/v1/pull", WirePullRequest(), token: otherToken).status == 200)
            try trial.writeAccount("Ironbark")
            let statuses = try await [one.status, two.status]
            #expect(statuses == [200, 200])
            #expect(try await trial.post("/v1/pull", WirePullRequest(), token: token).status == 200)
            #expect(try await trial.metric(#"fieldsync_refused_total{reason="requests"}"#) == 1)
        }
    }

    @Test("Pulls wait as far as there is room for what they asked; one more is answered at once")
    func waitingRoom() async throws {
        var limits = ServingLimits()
        // For one of the messages below, and not for two.
        limits.waitingMessageBytesMax = 50_000
        try await ServerTrial.run(limits) { trial in
            let token = try await trial.token(try await trial.enrolled(key), key)
            var asked = try await trial.waitingPull(token: token)
            asked.heads = (0..<200).map { number in
                var head = WireChainHead()
                (head.replica, head.seq, head.hash) = (UInt64(number), 1, Data(repeating: 1, count: 32))
                return head
            }
            let waiting = asked
            async let held = trial.post("/v1/pull", waiting, token: token)
            #expect(try await comesTrue(within: 120) { try await trial.metric("fieldsync_waiting_pulls") == 1 })
            let past = try await trial.post("/v1/pull", waiting, token: token)
            #expect(try past.message(WirePullResponse.self).complete)
            #expect(try await trial.metric("fieldsync_waiting_pulls") == 1)
            try trial.writeAccount("Ironbark")
            #expect(try await held.message(WirePullResponse.self).states.count == 1)
        }
    }

    @Test("A pull waits as long as a pull may, whatever it asks for")
    func wait() async throws {
        var limits = ServingLimits()
        limits.waitSecondsMax = 1
        try await ServerTrial.run(limits) { trial in
            let token = try await trial.token(try await trial.enrolled(key), key)
            let began = ContinuousClock.now
            let answer = try await trial.post("/v1/pull", try await trial.waitingPull(token: token), token: token)
            let took = ContinuousClock.now - began
            #expect(answer.status == 200 && took >= .seconds(1) && took < .seconds(20))
        }
    }

    @Test("Bodies and messages at their limit are read, and one byte more is not, with a session and without")
    func bodies() async throws {
        try await ServerTrial.run { trial in
            let token = try await trial.token(try await trial.enrolled(key), key)
            // The frame's own bytes are two to six.
            let cases: [(path: String, token: String?, body: Int, message: Int)] = [
                ("/v1/pull", token, Limits.requestBodyBytesMax, Limits.requestBodyDecompressedBytesMax),
                ("/v1/session", nil, Limits.strangerBodyBytesMax, Limits.strangerBodyBytesMax),
            ]
            for (path, token, body, message) in cases {
                // A field of a later version, which is passed over (R-5), fills them.
                let whole = Self.plainFrame(bytes: body)
                let packed = Frame.encode(Self.filler(bytes: message))
                #expect(whole.count == body && packed.count < 10_000)
                for bytes in [whole, packed] {
                    let answer = try await trial.send("POST", path, body: bytes, token: token)
                    // Without a certificate there is no session; but the message was read.
                    #expect(token != nil ? answer.status == 200 : answer.code == "untrusted", "\(path) \(answer)")
                }
                let long = try await trial.send("POST", path, body: whole + [0], token: token)
                #expect(long.code == "payload_too_large")
                let bomb = Frame.encode(Self.filler(bytes: message + 1))
                #expect(try await trial.send("POST", path, body: bomb, token: token).code == "decompression_limit")
            }
        }
    }

    @Test("Headers at their limits are read; longer ones, and one field more, are answered with a problem document")
    func headers() async throws {
        try await ServerTrial.run(plainHTTP: true) { trial in
            func answer(_ headers: String) async throws -> String {
                let connection = try RawConnection(url: trial.url)
                connection.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\(headers)\r\n")
                return await connection.answer(within: 10)
            }
            let many = (0..<ServerLimits.headersMax - 1).map { "X-\($0): y\r\n" }.joined()
            #expect(try await answer(many).hasPrefix("HTTP/1.1 200"))
            let long = String(repeating: "y", count: ServerLimits.headerBytesMax - 100)
            #expect(try await answer("X: \(long)\r\n").hasPrefix("HTTP/1.1 200"))
            for past in [many + "X: y\r\n", "X: \(long)\(long)\r\n"] {
                let refusal = try await answer(past)
                #expect(refusal.hasPrefix("HTTP/1.1 431"))
                #expect(refusal.contains("application/problem+json") && refusal.contains("\"payload_too_large\""))
            }
            #expect(try await trial.metric(#"fieldsync_refused_total{reason="malformed"}"#) == 2)
        }
    }

    @Test("What is no HTTP is told so, and hung up on")
    func noHTTP() async throws {
        try await ServerTrial.run(plainHTTP: true) { trial in
            let connection = try RawConnection(url: trial.url)
            connection.write("\u{1}\u{2}\u{3}\r\n\r\n")
            let text = await connection.readToEnd(within: 10)
            #expect(text?.hasPrefix("HTTP/1.1 400") == true && text?.contains("\"bad_request\"") == true)
        }
    }

    @Test("As many connections as an address may have are let in; one more is closed before it says anything")
    func connections() async throws {
        var limits = ServingLimits()
        limits.connectionsPerAddressMax = 3
        try await ServerTrial.run(limits) { trial in
            var lines = try (0..<4).map { _ in try RawConnection(url: trial.url) }
            #expect(try await comesTrue(within: 120) { lines.count(where: \.isClosed) == 1 })
            lines.removeAll(where: \.isClosed)
            lines.removeLast()
            #expect(try await comesTrue(within: 120) { try await trial.metricOrNothing("fieldsync_connections") == 3 })
            let refused = #"fieldsync_refused_total{reason="connections"}"#
            #expect(try await comesTrue(within: 120) { try await trial.metricOrNothing(refused) ?? 0 >= 1 })
            #expect(lines.count(where: \.isClosed) == 0)
        }
    }

    @Test("As many connections as a node may have are served; the next one waits until one of them ends")
    func allConnections() async throws {
        var limits = ServingLimits()
        limits.connectionsMax = 2
        try await ServerTrial.run(limits, plainHTTP: true) { trial in
            let asks = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
            var lines = try (0..<2).map { _ in try RawConnection(url: trial.url) }
            for line in lines {
                line.write(asks)
                #expect(await line.answer(within: 120).hasPrefix("HTTP/1.1 200"))
            }
            let next = try RawConnection(url: trial.url)
            next.write(asks)
            #expect(await next.answer(within: 0.5) == "")
            lines.removeLast()
            #expect(await next.answer(within: 120).hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("As many new connections as an address may open are let in at once, and one more is not")
    func newConnections() {
        var limits = ServingLimits()
        limits.newConnectionsPerAddress = Rate(perSecond: 1, burst: 2)
        let connections = Connections(limits)
        let address = NetworkAddress("192.0.2.1")
        for _ in 0..<2 { connections.enter(address, now: 0)?.end() }
        #expect(connections.count == 0)
        #expect(connections.enter(address, now: 0.9) == nil)
        #expect(connections.enter(NetworkAddress("192.0.2.2"), now: 0.9) != nil)
        #expect(connections.enter(nil, now: 0.9) != nil)
        #expect(connections.enter(address, now: 1) != nil)
        #expect(connections.count == 3)
    }

    @Test("A verb's body at its limit is run, and one byte more is not")
    func control() async throws {
        let request = try JSONEncoder().encode(ControlRequest(argv: ["a"], cwd: "/", stdin: nil))
        var limits = ServingLimits()
        limits.controlBodyBytesMax = request.count
        try await ServerTrial.run(limits) { trial in
            let socket = trial.node.directory.controlSocket
            let body = [UInt8](request)
            #expect(try await trial.send("POST", "/control", body: body, unixSocket: socket).status == 200)
            let past = try await trial.send("POST", "/control", body: body + [0x20], unixSocket: socket)
            #expect(past.code == "payload_too_large")
        }
    }

    /// Fields of a later version, which are passed over (R-5), of so many bytes in all.
    static func filler(bytes: Int) -> [UInt8] {
        var message: [UInt8] = []
        for number in 1_000... where message.count < bytes {
            let rest = bytes - message.count
            // Keys of two bytes, lengths of three.
            let content = (rest <= 65_000 ? rest : min(rest / 2, 60_000)) - 5
            let key = number << 3 | 2
            message += [UInt8(key & 0x7F | 0x80), UInt8(key >> 7)]
            message += [UInt8(content & 0x7F | 0x80), UInt8(content >> 7 & 0x7F | 0x80), UInt8(content >> 14)]
            message += [UInt8](repeating: 0, count: content)
            if message.count == bytes { break }
        }
        return message
    }

    /// A frame of so many bytes in all, not compressed.
    private static func plainFrame(bytes: Int) -> [UInt8] {
        for lengthBytes in 1...4 {
            let content = bytes - lengthBytes - 1
            let length = (0..<lengthBytes).map { index in
                UInt8(content >> (7 * index) & 0x7F) | (index < lengthBytes - 1 ? 0x80 : 0)
            }
            if content >> (7 * lengthBytes) == 0 { return length + [0] + filler(bytes: content) }
        }
        return []
    }
}

extension ServerTrial {
    /// A pull that has everything, and asks to wait for more than it may.
    func waitingPull(token: String) async throws -> WirePullRequest {
        let page = try await post("/v1/pull", WirePullRequest(), token: token).message(WirePullResponse.self)
        var request = WirePullRequest()
        request.checkpoint = page.checkpoint
        request.wait = 600
        return request
    }

    func metric(_ sample: String) async throws -> Double? {
        let answer = try await send("GET", "/metrics")
        return try Metrics(String(decoding: answer.body, as: UTF8.self))[sample]
    }

    /// Nil also when nobody answers.
    func metricOrNothing(_ sample: String) async throws -> Double? { try? await metric(sample) }
}
