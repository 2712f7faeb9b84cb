import Foundation
import SyncClient
import Synchronization
import Testing

/// Against a server of the test's own, over loopback.
@Suite struct HTTPClientTests {
    @Test("An answer has its status, its headers by lower-cased name and its body, whatever the status")
    func answers() throws {
        let headers = "Content-Type: text/plain \r\nX-Many: a\r\nx-many:b\r\nX-Empty:\r\n"
        let response = try HTTPTrial.outcome { _ in
            .close(HTTPTrial.answer("gone", headers: headers, status: "410 Gone"))
        }.get()
        #expect(response.status == 410)
        #expect(response.body == Array("gone".utf8))
        #expect(
            response.headers == [
                "content-type": "text/plain", "x-many": "a, b", "x-empty": "", "content-length": "4",
            ])
    }

    @Test("A request goes out as it was described, at once, with no header that nobody asked for")
    func requests() throws {
        let request = HTTPRequest(
            method: "PUT", url: "v1/x?y=1", headers: [("Authorization", "Bearer t"), ("X-Empty", "")],
            body: Array("hello".utf8))
        let seen = Mutex("")
        let response = try HTTPTrial.outcome(request) { text in
            seen.withLock { $0 = text }
            return .close(HTTPTrial.answer(""))
        }.get()
        #expect(response.body.isEmpty)
        let lines = seen.withLock { $0 }.components(separatedBy: "\r\n")
        #expect(lines.first == "PUT /v1/x?y=1 HTTP/1.1")
        #expect(lines.suffix(2) == ["", "hello"])
        let names = Set(lines.dropFirst().prefix { !$0.isEmpty }.map { $0.prefix { $0 != ":" } })
        #expect(names == ["Host", "User-Agent", "Accept", "Authorization", "X-Empty", "Content-Length"])
        #expect(lines.contains("User-Agent: field/test") && lines.contains("Authorization: Bearer t"))
    }

    @Test("A body of two megabytes is not held back for a 100-continue")
    func largeBody() throws {
        let request = HTTPRequest(method: "POST", url: "", body: [UInt8](repeating: 65, count: 2 << 20))
        let response = try HTTPTrial.outcome(request) { text in
            .close(HTTPTrial.answer(text.contains("Expect:") ? "held back" : String(text.utf8.count > 2 << 20)))
        }.get()
        #expect(response.body == Array("true".utf8))
    }

    @Test("An empty body is sent as one, and HEAD expects none back")
    func emptyBodies() throws {
        let empty = HTTPRequest(method: "POST", url: "", body: [])
        let posted = try HTTPTrial.outcome(empty) {
            .close(HTTPTrial.answer($0.contains("Content-Length: 0") ? "0" : "none"))
        }
        #expect(try posted.get().body == Array("0".utf8))
        let head = HTTPRequest(method: "HEAD", url: "")
        let asked = try HTTPTrial.outcome(head) {
            .close("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nX: \($0.prefix(4))\r\n\r\n")
        }
        #expect(try asked.get().headers["x"] == "HEAD")
        #expect(try asked.get().body.isEmpty)
    }

    @Test("Requests of one client share a connection, and a fresh one follows when the server has closed it")
    func keepAlive() throws {
        let server = try ScriptedServer { request in
            request.hasPrefix("GET /last") ? .close(HTTPTrial.answer("bye")) : .keepOpen(HTTPTrial.answer("ok"))
        }
        defer { server.stop() }
        let client = HTTPClient(configuration: HTTPTrial.configuration())
        for path in ["a", "b", "last"] { _ = try client.send(HTTPRequest(method: "GET", url: server.url + path)) }
        #expect(server.connectionCount == 1)
        #expect(try client.send(HTTPRequest(method: "GET", url: server.url)).body == Array("ok".utf8))
        #expect(server.connectionCount == 2)
    }

    @Test("One request's body and headers are not in the next")
    func noLeftovers() throws {
        let seen = Mutex<[String]>([])
        let server = try ScriptedServer { request in
            seen.withLock { $0.append(request) }
            return .keepOpen(HTTPTrial.answer(""))
        }
        defer { server.stop() }
        let client = HTTPClient(configuration: HTTPTrial.configuration())
        _ = try client.send(HTTPRequest(method: "POST", url: server.url, headers: [("X-A", "1")], body: [65]))
        _ = try client.send(HTTPRequest(method: "GET", url: server.url))
        let second = seen.withLock { $0[1] }
        #expect(second.hasPrefix("GET / HTTP/1.1") && !second.contains("X-A") && !second.contains("Content-Length"))
    }

    @Test("A redirect is an answer like any other")
    func redirect() throws {
        let response = try HTTPTrial.outcome { _ in
            .close(HTTPTrial.answer("", headers: "Location: http://127.0.0.1:1/\r\n", status: "302 Found"))
        }.get()
        #expect(response.status == 302)
    }

    @Test("An interim answer and its headers are forgotten")
    func interim() throws {
        let response = try HTTPTrial.outcome { _ in
            .close("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + HTTPTrial.answer("done"))
        }.get()
        #expect(response.status == 200)
        #expect(response.headers["link"] == nil)
    }

    @Test("A Unix socket is spoken to in place of the network")
    func unixSocket() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "s-\(UInt32.random(in: 0 ... .max))").path
        let server = try ScriptedServer(unixSocket: path) { _ in .close(HTTPTrial.answer("local")) }
        defer {
            server.stop()
            unlink(path)
        }
        let client = HTTPClient(configuration: HTTPTrial.configuration { $0.unixSocket = path })
        let response = try client.send(HTTPRequest(method: "GET", url: "http://node.invalid/"))
        #expect(response.body == Array("local".utf8))
    }
}
