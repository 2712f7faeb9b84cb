import Foundation
import Synchronization

/// A proxy on loopback that makes tunnels (CONNECT) to ports of loopback, whatever the name, and counts them.
final class TunnelProxy: Sendable {
    let port: Int
    private let listener: Int32
    private let asked = Mutex<[String]>([])
    private let ends = Mutex<Set<Int32>>([])

    var url: String { "http://127.0.0.1:\(port)" }
    /// Host and port of every tunnel.
    var tunnels: [String] { asked.withLock { $0 } }

    init() throws {
        (listener, port) = try Sockets.listen()
        Thread.detachNewThread { self.acceptAll() }
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        ends.withLock { $0.forEach { _ = shutdown($0, Int32(SHUT_RDWR)) } }
    }

    private func acceptAll() {
        defer { close(listener) }
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            Thread.detachNewThread { self.serve(client) }
        }
    }

    private func serve(_ client: Int32) {
        defer { close(client) }
        let words = Sockets.readRequest(client)?.split(separator: " ").map(String.init) ?? []
        guard words.count > 2, words[0] == "CONNECT",
            let target = words[1].split(separator: ":").last.flatMap({ Int($0) }),
            let node = try? Sockets.startConnecting(port: target)
        else { return Sockets.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", to: client) }
        defer { close(node) }
        asked.withLock { $0.append(words[1]) }
        ends.withLock { $0.formUnion([client, node]) }
        defer { ends.withLock { $0.subtract([client, node]) } }
        _ = fcntl(node, F_SETFL, 0)
        var isThere = pollfd(fd: node, events: Int16(POLLOUT), revents: 0)
        guard poll(&isThere, 1, 5_000) == 1 else { return }
        Sockets.write("HTTP/1.1 200 Connection established\r\n\r\n", to: client)
        carry([client, node])
    }

    private func carry(_ pair: [Int32]) {
        var polled = pair.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while poll(&polled, 2, -1) > 0 {
            for (index, end) in polled.enumerated() where end.revents != 0 {
                let count = recv(end.fd, &chunk, chunk.count, 0)
                guard count > 0 else { return }
                var sent = 0
                while sent < count {
                    let more = chunk[sent..<count].withUnsafeBytes {
                        send(pair[1 - index], $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                    guard more > 0 else { return }
                    sent += more
                }
            }
        }
    }
}
