import Foundation
import SyncClient
import SyncWire
import Synchronization
import Testing

@Suite("Operators: SIGTERM lets a node finish what it has begun, and nothing else")
struct OperatorDrainTests {
    @Test("A request in flight is answered, new ones are told to come back, and the node ends with 0 and a clean log")
    func inFlight() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            #expect(try hq.stop() == 0)
            let serving = try hq.command(["serve", "--listen", "127.0.0.1:0", "--plain-http"]).start()
            let url = try #require(try serving.firstLine().split(separator: " ").last.map(String.init))
            let node = OperatorCaller(url)
            let half = try HalfRequest(port: try #require(url.split(separator: ":").last.flatMap { Int($0) }))
            #expect(try eventually(within: 5) { try node.metrics()["fieldsync_requests_in_progress"] == 1 })
            serving.signal(SIGTERM)
            #expect(eventually(within: 2) { node.isUnready("draining") })
            let refused = try node.get("/v1/authority")
            #expect(refused.status == 503 && refused.headers["retry-after"] != nil)
            #expect(try half.finish().hasPrefix("HTTP/1.1 4"))
            #expect(try serving.outcome(within: 10).exit == 0)
            let log = hq.folder.appending(path: "node.db-wal").path
            let size = try? FileManager.default.attributesOfItem(atPath: log)[.size] as? Int
            #expect(size ?? 0 == 0, "the write-ahead log was not taken into the database")
        }
    }

    @Test("A waiting pull is answered at once")
    func waitingPull() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            try hq.done(
                "user", "add", "--name", "li", "--display", "li", "--role", "technician", "--role", "parts_keeper")
            let code = try #require(try hq.done("device", "invite", "--user", "li")["code"].text)
            let caller = try WireCaller(to: hq, code: code)
            let status = Mutex(0)
            let token = try caller.token()
            let pull = try caller.waitingPull()
            let url = hq.url
            let thread = Thread {
                let client = HTTPClient(configuration: HTTPConfiguration(verification: .none, userAgent: "puller"))
                let request = HTTPRequest(
                    method: "POST", url: url + "/v1/pull", headers: [("Authorization", "Bearer \(token)")], body: pull)
                let answer = try? client.send(request)
                status.withLock { $0 = answer?.status ?? -1 }
            }
            thread.start()
            let node = OperatorCaller(url)
            #expect(try eventually(within: 10) { try node.metrics()["fieldsync_waiting_pulls"] == 1 })
            #expect(try hq.stop() == 0)
            #expect(status.withLock { $0 } == 200)
        }
    }

    @Test("A second SIGTERM ends it at once")
    func twice() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            #expect(try hq.stop() == 0)
            let serving = try hq.command(["serve", "--listen", "127.0.0.1:0", "--plain-http"]).start()
            let url = try #require(try serving.firstLine().split(separator: " ").last.map(String.init))
            let node = OperatorCaller(url)
            let half = try HalfRequest(port: try #require(url.split(separator: ":").last.flatMap { Int($0) }))
            #expect(try eventually(within: 5) { try node.metrics()["fieldsync_requests_in_progress"] == 1 })
            serving.signal(SIGTERM)
            #expect(eventually(within: 2) { node.isUnready("draining") })
            serving.signal(SIGTERM)
            #expect(try serving.outcome(within: 2).exit == 128 + SIGTERM)
            half.abandon()
            try hq.serve()
            #expect(try hq.verb("verify").exit == 0)
        }
    }
}

/// A request of which the second half is still to come.
private struct HalfRequest {
    private let connection: Int32

    init(port: Int) throws {
        connection = try Sockets.startConnecting(port: port)
        var writable = pollfd(fd: connection, events: Int16(POLLOUT), revents: 0)
        try #require(poll(&writable, 1, 5_000) == 1)
        _ = fcntl(connection, F_SETFL, 0)
        Sockets.write("POST /v1/enroll HTTP/1.1\r\nHost: node\r\nContent-Length: 8\r\n\r\nhalf", to: connection)
    }

    /// The beginning of the answer.
    func finish() throws -> String {
        Sockets.write("half", to: connection)
        var chunk = [UInt8](repeating: 0, count: 4_096)
        let count = read(connection, &chunk, chunk.count)
        close(connection)
        return String(decoding: chunk.prefix(max(0, count)), as: UTF8.self)
    }

    func abandon() { close(connection) }
}
