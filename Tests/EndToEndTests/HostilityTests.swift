import Foundation
import SyncClient
import SyncCore
@testable import SyncServer
import SyncWire
import Synchronization
import Testing

@Suite("Hostile peers: slow, greedy, flooding; others are answered")
struct HostilityTests {
    private let key = ServerTrial.key(1)

    /// The same as in earnest, in tenths of seconds.
    private static var hurried: ServingLimits {
        var limits = ServingLimits()
        limits.lookSeconds = 0.1
        limits.stallSeconds = 0.5
        limits.idleSeconds = 1
        limits.bytesPerSecondMin = 256
        return limits
    }

    @Test("Who connects and says nothing, begins a head and does not end it, or has asked and asks no more, is let go")
    func silent() async throws {
        try await ServerTrial.run(Self.hurried, plainHTTP: true) { trial in
            let says = ["", "GET /healthz HTTP/1.1\r\nHost", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"]
            let connections = try says.map { text in
                let connection = try RawConnection(url: trial.url)
                connection.write(text)
                return connection
            }
            for connection in connections { #expect(await connection.readToEnd(within: 20) != nil) }
            for why in ["hello", "idle"] {
                let closed = try await trial.metric("fieldsync_connections_closed_total{phase=\"\(why)\"}")
                #expect(closed ?? 0 >= 1, "\(why)")
            }
        }
    }

    @Test("A body that stops is given up, and one that comes as slowly as it may is answered")
    func slowBody() async throws {
        try await ServerTrial.run(Self.hurried, plainHTTP: true) { trial in
            let head = "POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
            let stopping = try RawConnection(url: trial.url)
            stopping.write(head + String(repeating: "x", count: 999))
            let slow = try RawConnection(url: trial.url)
            slow.write(head)
            // Twice the least speed, for three times as long as a stall may be.
            await slow.write(String(repeating: "x", count: 50), times: 20, pauseMilliseconds: 80)
            #expect(await slow.answer(within: 10).hasPrefix("HTTP/1.1 4"))
            #expect(await stopping.readToEnd(within: 20) != nil)
            #expect(try await trial.metric(#"fieldsync_connections_closed_total{phase="body"}"#) == 1)
        }
    }

    @Test("An answer that is not taken is given up, and what it held of the node's memory is given back")
    func slowReader() async throws {
        try await ServerTrial.run(Self.hurried, plainHTTP: true) { trial in
            let token = try await trial.token(try await trial.enrolled(key), key)
            for number in 0..<150 { try trial.writeAccount(Self.noise(number, bytes: 60_000)) }
            let body = Frame.encode(WirePullRequest().encoded)
            let readers = try (0..<4).map { _ in
                let reader = try RawConnection(url: trial.url, receiveBytes: 4_096)
                reader.write(
                    "POST /v1/pull HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n"
                        + "Content-Length: \(body.count)\r\n\r\n" + String(decoding: body, as: UTF8.self))
                return reader
            }
            let name = #"fieldsync_connections_closed_total{phase="answer"}"#
            #expect(try await comesTrue(within: 120) { try await trial.metric(name) == 4 })
            let held = #"fieldsync_held_bytes{for="answers"}"#
            #expect(try await comesTrue(within: 120) { try await trial.metric(held) == 0 })
            withExtendedLifetime(readers) {}
        }
    }

    @Test("A flood of one device is refused, with a time to come again, while every request of others is answered")
    func flood() async throws {
        var limits = ServingLimits()
        limits.device = Allowance(requests: Rate(perSecond: 100, burst: 100), requestsAtOnceMax: 4)
        try await ServerTrial.run(limits) { trial in
            let flooding = try await trial.token(try await trial.enrolled(key), key)
            let other = ServerTrial.key(2)
            let token = try await trial.token(try await trial.enrolled(other), other)
            let tally = Tally()
            async let flood: Void = withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<24 {
                    group.addTask {
                        while !tally.isOver {
                            let answer = try await trial.post("/v1/pull", WirePullRequest(), token: flooding)
                            if answer.code == "rate_limited", answer.headers["retry-after"] != nil {
                                tally.noteRefused()
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await comesTrue(within: 120) { tally.refused >= 24 })
            for _ in 0..<100 {
                #expect(try await trial.post("/v1/pull", WirePullRequest(), token: token).status == 200)
            }
            tally.end()
            try await flood
            #expect(try await trial.metric(#"fieldsync_refused_total{reason="requests"}"#) ?? 0 >= 24)
        }
    }

    /// A text that does not compress.
    private static func noise(_ seed: Int, bytes: Int) -> String {
        var random = SeededRandom(seed: UInt64(seed) + 1)
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
        return String(decoding: (0..<bytes).map { _ in alphabet[Int(random.next() % 64)] }, as: UTF8.self)
    }
}

/// What a flood met, and when it is to end.
private final class Tally: Sendable {
    private let state = Mutex((refused: 0, isOver: false))

    var refused: Int { state.withLock { $0.refused } }
    var isOver: Bool { state.withLock { $0.isOver } }
    func noteRefused() { state.withLock { $0.refused += 1 } }
    func end() { state.withLock { $0.isOver = true } }
}
