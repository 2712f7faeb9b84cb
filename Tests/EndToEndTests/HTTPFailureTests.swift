import Foundation
import SyncClient
import Testing

/// What goes wrong, and what it is called.
@Suite struct HTTPFailureTests {
    private static func failure(
        _ url: String, _ configuration: HTTPConfiguration = HTTPTrial.configuration(), headers: [(String, String)] = []
    ) -> HTTPFailure? {
        let client = HTTPClient(configuration: configuration)
        let result = Result { () throws(HTTPFailure) in
            try client.send(HTTPRequest(method: "GET", url: url, headers: headers))
        }
        if case .failure(let failure) = result { return failure }
        return nil
    }

    private static func failure(_ result: Result<HTTPResponse, HTTPFailure>) -> HTTPFailure? {
        if case .failure(let failure) = result { failure } else { nil }
    }

    @Test("A port where nobody listens, a name that does not resolve and a socket that is not there are unreachable")
    func unreachable() throws {
        // Bound but no longer listening, so that no other test can be given the port.
        let (listener, port) = try Sockets.listen()
        defer { close(listener) }
        shutdown(listener, Int32(SHUT_RDWR))
        let failures = [
            Self.failure("http://127.0.0.1:\(port)/"), Self.failure("http://nowhere.invalid/"),
            Self.failure("http://node/", HTTPTrial.configuration { $0.unixSocket = "/nowhere/socket" }),
        ]
        for failure in failures {
            guard case .unreachable = failure else {
                Issue.record("\(String(describing: failure))")
                continue
            }
        }
    }

    /// A listener of one place that nobody empties: the kernel answers no further caller.
    @Test("A connection that does not come about in time is unreachable: nothing was sent")
    func connectTimeout() throws {
        let (listener, port) = try Sockets.listen()
        defer { close(listener) }
        #expect(Glibc.listen(listener, 0) == 0)
        var callers: [Int32] = []
        defer { callers.forEach { _ = close($0) } }
        for _ in 0..<4 { callers.append(try Sockets.startConnecting(port: port)) }
        let failure = Self.failure(
            "http://127.0.0.1:\(port)/", HTTPTrial.configuration { $0.connectTimeoutSeconds = 1 })
        guard case .unreachable = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test(
        "A server that falls silent, before its answer or within it, has timed out",
        arguments: [
            "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        ])
    func silent(beginning: String) throws {
        let impatient = [
            HTTPTrial.configuration { $0.timeoutSeconds = 1 }, HTTPTrial.configuration { $0.stalledSeconds = 1 },
        ]
        for configuration in impatient {
            let result = try HTTPTrial.outcome(configuration: configuration) { _ in .keepOpen(beginning) }
            guard case .timedOut = Self.failure(result) else {
                Issue.record("\(result)")
                continue
            }
        }
    }

    @Test("A request's own time comes before the configuration's")
    func ownTimeout() throws {
        let request = HTTPRequest(method: "GET", url: "", timeoutSeconds: 1)
        let started = ContinuousClock.now
        let result = try HTTPTrial.outcome(request) { _ in .keepOpen("") }
        guard case .timedOut = Self.failure(result) else {
            Issue.record("\(result)")
            return
        }
        #expect(ContinuousClock.now - started < .seconds(10))
    }

    @Test("An answer that the server was asked to hold is not a stalled one")
    func held() throws {
        var request = HTTPRequest(method: "GET", url: "")
        request.heldSeconds = 10
        let result = try HTTPTrial.outcome(request, configuration: HTTPTrial.configuration { $0.stalledSeconds = 1 }) {
            _ in
            // The server's hold is the subject of this test.
            elapse(milliseconds: 2_500)
            return .close(HTTPTrial.answer("late"))
        }
        #expect(try result.get().body == Array("late".utf8))
    }

    @Test(
        "A connection that breaks, at once or within the answer, was interrupted",
        arguments: [
            "", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
        ])
    func interrupted(beginning: String) throws {
        let result = try HTTPTrial.outcome { _ in .close(beginning) }
        guard case .interrupted = Self.failure(result) else {
            Issue.record("\(result)")
            return
        }
    }

    @Test("An answer is taken at the limit and refused one byte past it, whatever length it claims")
    func tooLarge() throws {
        let configuration = HTTPTrial.configuration { $0.responseBytesMax = 100_000 }
        for (count, isTaken) in [(100_000, true), (100_001, false)] {
            let body = String(repeating: "x", count: count)
            for text in [HTTPTrial.answer(body), "HTTP/1.1 200 OK\r\n\r\n" + body] {
                let result = try HTTPTrial.outcome(configuration: configuration) { _ in .close(text) }
                #expect(Self.failure(result) == (isTaken ? nil : .responseTooLarge(limit: 100_000)))
            }
        }
    }

    @Test("Headers without end are refused")
    func tooManyHeaders() throws {
        let many = (0..<2000).map { "X-\($0): \(String(repeating: "y", count: 50))\r\n" }.joined()
        let result = try HTTPTrial.outcome { _ in .close(HTTPTrial.answer("", headers: many)) }
        #expect(Self.failure(result) == .responseTooLarge(limit: 65_536))
    }

    @Test(
        "What is not HTTP is a failure", arguments: ["garbage\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\u{0}\u{1}\u{2}"])
    func garbage(text: String) throws {
        let result = try HTTPTrial.outcome { _ in .close(text) }
        guard case .failed = Self.failure(result) else {
            Issue.record("\(result)")
            return
        }
    }

    @Test(
        "A URL that is none, or of another scheme, is refused before anything is sent",
        arguments: [
            "", "nonsense", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://a b/", "http://a/\r\nX: y",
        ])
    func badURLs(url: String) {
        guard case .badURL = Self.failure(url) else {
            Issue.record("\(String(describing: Self.failure(url)))")
            return
        }
    }

    @Test("A header cannot smuggle in another", arguments: ["a\r\nX-B: c", "a\nb", "a\u{0}b"])
    func smuggling(value: String) {
        let failures = [
            Self.failure("http://127.0.0.1:1/", headers: [("X-A", value)]),
            Self.failure("http://127.0.0.1:1/", headers: [(value, "x")]),
        ]
        for failure in failures {
            guard case .failed = failure else {
                Issue.record("\(String(describing: failure))")
                continue
            }
        }
    }
}
