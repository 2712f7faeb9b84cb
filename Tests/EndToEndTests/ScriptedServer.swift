import Foundation
import Synchronization

/// A server on loopback (or a Unix socket) that says exactly what a test wants, well-formed or not.
final class ScriptedServer: Sendable {
    enum Answer: Sendable {
        /// Sends the text and leaves the connection open, for the next request or in silence.
        case keepOpen(String)
        /// Sends the text and closes the connection.
        case close(String)
    }

    private struct Connections {
        var open: Set<Int32> = []
        var accepted = 0
    }

    let port: Int
    private let listener: Int32
    private let script: @Sendable (_ request: String) -> Answer
    private let connections = Mutex(Connections())

    var url: String { "http://127.0.0.1:\(port)/" }
    /// How many connections there have been.
    var connectionCount: Int { connections.withLock { $0.accepted } }

    init(unixSocket path: String? = nil, script: @escaping @Sendable (_ request: String) -> Answer) throws {
        (listener, port) = try path.map { (try Sockets.listen(unixSocket: $0), 0) } ?? Sockets.listen()
        self.script = script
        Thread.detachNewThread { self.acceptAll() }
    }

    /// Ends the threads; call it when the test is over. Each thread closes its own socket: a number that was closed
    /// here while its thread still used it could by then be another test's socket.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        connections.withLock { $0.open.forEach { _ = shutdown($0, Int32(SHUT_RDWR)) } }
    }

    private func acceptAll() {
        defer { close(listener) }
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            connections.withLock {
                $0.open.insert(connection)
                $0.accepted += 1
            }
            Thread.detachNewThread { self.serve(connection) }
        }
    }

    private func serve(_ connection: Int32) {
        var isOpen = true
        while isOpen, let request = Sockets.readRequest(connection) {
            switch script(request) {
            case .keepOpen(let text):
                Sockets.write(text, to: connection)
            case .close(let text):
                Sockets.write(text, to: connection)
                isOpen = false
            }
        }
        connections.withLock {
            $0.open.remove(connection)
            close(connection)
        }
    }
}
