import Foundation
import SyncClient
import Synchronization
import Testing

@Suite("Requests that are broken off")
struct HTTPBreakerTests {
    /// What became of a request, and when.
    private final class Trial: Sendable {
        let outcome = Mutex<Result<HTTPResponse, HTTPFailure>?>(nil)

        func send(_ request: HTTPRequest) {
            Thread.detachNewThread {
                let client = HTTPClient(configuration: HTTPTrial.configuration())
                let result = Result { () throws(HTTPFailure) in try client.send(request) }
                self.outcome.withLock { $0 = result }
            }
        }

        var isBrokenOff: Bool { outcome.withLock { $0 == .failure(.brokenOff) } }
    }

    @Test("A request that waits for its answer ends at once when another thread breaks it off, or stops the line")
    func atOnce() throws {
        let ways: [@Sendable (HTTPBreaker) -> Void] = [{ $0.breakOff() }, { $0.stop() }]
        // By itself a transfer looks up once a second: half of these would take longer than half a second.
        let waits = try (0..<8).map { try seconds(toBreakOff: ways[$0 % 2]) }
        #expect(waits.sorted()[4] < 0.2, "\(waits)")
    }

    private func seconds(toBreakOff breakOff: (HTTPBreaker) -> Void) throws -> Double {
        let asked = Mutex(false)
        let server = try ScriptedServer { _ in
            asked.withLock { $0 = true }
            return .keepOpen("")
        }
        defer { server.stop() }
        let breaker = HTTPBreaker()
        var request = HTTPRequest(method: "GET", url: server.url)
        request.breaker = (breaker, since: breaker.mark)
        let trial = Trial()
        trial.send(request)
        #expect(eventually(within: 5) { asked.withLock { $0 } })
        #expect(trial.outcome.withLock { $0 } == nil)
        let began = ContinuousClock.now
        breakOff(breaker)
        #expect(eventually(within: 5) { trial.isBrokenOff })
        return (ContinuousClock.now - began) / .seconds(1)
    }

    @Test("What was asked for before is not even begun, and what follows connects anew")
    func marks() throws {
        let server = try ScriptedServer { _ in .keepOpen(HTTPTrial.answer("ok")) }
        defer { server.stop() }
        let breaker = HTTPBreaker()
        let client = HTTPClient(configuration: HTTPTrial.configuration())
        var request = HTTPRequest(method: "GET", url: server.url)
        request.breaker = (breaker, since: breaker.mark)
        for _ in 0..<2 { _ = try client.send(request) }
        #expect(server.connectionCount == 1)
        breaker.breakOff()
        #expect(throws: HTTPFailure.brokenOff) { try client.send(request) }
        request.breaker = (breaker, since: breaker.mark)
        _ = try client.send(request)
        #expect(server.connectionCount == 2)
        breaker.stop()
        request.breaker = (breaker, since: breaker.mark)
        #expect(throws: HTTPFailure.brokenOff) { try client.send(request) }
        #expect(server.connectionCount == 2)
    }
}
