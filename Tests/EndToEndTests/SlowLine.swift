import Foundation
import Synchronization

/// A line to a node on loopback that carries so many bits a second each way, over all its connections together, as a
/// satellite's does, and can break.
final class SlowLine: Sendable {
    /// So much is carried at once.
    private static let sliceBytes = 256

    /// One direction.
    private final class Way: Sendable {
        private let state = Mutex((free: ContinuousClock.now, bytes: 0))

        var bytes: Int { state.withLock { $0.bytes } }

        /// - Returns: milliseconds until so many bytes have got through.
        func take(_ bytes: Int, bytesPerSecond: Double) -> Int {
            let free = state.withLock { way in
                way.bytes += bytes
                way.free = max(way.free, .now) + .seconds(Double(bytes) / bytesPerSecond)
                return way.free
            }
            return Int(max(0, (free - .now) / .milliseconds(1)))
        }
    }

    /// The two threads of a connection; the one that ends last closes it.
    private final class Connection: Sendable {
        let client: Int32
        let node: Int32
        private let halves = Mutex(2)

        init(_ client: Int32, _ node: Int32) { (self.client, self.node) = (client, node) }

        /// - Returns: whether both have ended.
        func leave() -> Bool {
            for end in [client, node] { shutdown(end, Int32(SHUT_RDWR)) }
            return halves.withLock { left in
                left -= 1
                return left == 0
            }
        }
    }

    private struct State {
        var connections: Set<Int32> = []
        var cutAt: Int?
        var cuts = 0
    }

    let port: Int
    private let target: Int
    private let bytesPerSecond: Double
    private let listener: Int32
    private let up = Way()
    private let down = Way()
    private let state = Mutex(State())

    var url: String { "http://127.0.0.1:\(port)" }
    var bytesUp: Int { up.bytes }
    var bytesDown: Int { down.bytes }
    var cuts: Int { state.withLock { $0.cuts } }

    init(to target: Int, bitsPerSecond: Int) throws {
        self.target = target
        bytesPerSecond = Double(bitsPerSecond) / 8
        (listener, port) = try Sockets.listen()
        Thread.detachNewThread { self.acceptAll() }
    }

    /// Breaks every connection, once, when so many more bytes have come down.
    func cut(afterBytesDown bytes: Int) { state.withLock { $0.cutAt = bytesDown + bytes } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        breakAll()
    }

    private func breakAll() { state.withLock { $0.connections.forEach { _ = shutdown($0, Int32(SHUT_RDWR)) } } }

    private func acceptAll() {
        defer { close(listener) }
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            guard let node = try? Sockets.startConnecting(port: target) else {
                close(client)
                continue
            }
            for end in [client, node] { limitBuffers(of: end) }
            state.withLock { $0.connections.formUnion([client, node]) }
            let connection = Connection(client, node)
            for isUp in [true, false] { Thread.detachNewThread { [self] in carry(connection, isUp: isUp) } }
        }
    }

    /// What waits in the system's buffers has left neither end yet.
    private func limitBuffers(of end: Int32) {
        var bytes: Int32 = 4096
        for option in [SO_RCVBUF, SO_SNDBUF] {
            setsockopt(end, SOL_SOCKET, option, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        _ = fcntl(end, F_SETFL, 0)
    }

    private func carry(_ connection: Connection, isUp: Bool) {
        carry(
            from: isUp ? connection.client : connection.node, to: isUp ? connection.node : connection.client,
            isUp ? up : down)
        guard connection.leave() else { return }
        state.withLock { $0.connections.subtract([connection.client, connection.node]) }
        close(connection.client)
        close(connection.node)
    }

    private func carry(from source: Int32, to sink: Int32, _ way: Way) {
        var writable = pollfd(fd: way === up ? sink : source, events: Int16(POLLOUT), revents: 0)
        guard poll(&writable, 1, 5_000) == 1 else { return }
        var chunk = [UInt8](repeating: 0, count: Self.sliceBytes)
        while true {
            let count = recv(source, &chunk, chunk.count, 0)
            guard count > 0 else { return }
            elapse(milliseconds: way.take(count, bytesPerSecond: bytesPerSecond))
            var sent = 0
            while sent < count {
                let more = chunk[sent..<count].withUnsafeBytes {
                    send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard more > 0 else { return }
                sent += more
            }
            if way === down { cutIfDue() }
        }
    }

    private func cutIfDue() {
        let bytes = bytesDown
        let isDue = state.withLock { state in
            guard let at = state.cutAt, bytes >= at else { return false }
            state.cutAt = nil
            state.cuts += 1
            return true
        }
        if isDue { breakAll() }
    }
}
