import Foundation
import Synchronization

/// A line between a client and a node on loopback that can lose answers: the request arrives and is obeyed, but its
/// answer breaks off in its head. (Where no line of it came, libcurl would ask again by itself.) It reads plain HTTP, so
/// that it knows which answer it loses.
final class LossyLine: Sendable {
    private struct State {
        var losing = (path: "", left: 0)
        var lost = 0
        var connections: Set<Int32> = []
    }

    let port: Int
    private let target: Int
    private let listener: Int32
    private let state = Mutex(State())

    var url: String { "http://127.0.0.1:\(port)" }
    /// How many answers it has lost.
    var lost: Int { state.withLock { $0.lost } }

    /// - Parameter target: the node's port.
    init(to target: Int) throws {
        self.target = target
        (listener, port) = try Sockets.listen()
        Thread.detachNewThread { self.acceptAll() }
    }

    /// Loses the answers to the next `count` requests for a path.
    func lose(_ count: Int, answersTo path: String) { state.withLock { $0.losing = (path, count) } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        state.withLock { $0.connections.forEach { _ = shutdown($0, Int32(SHUT_RDWR)) } }
    }

    private func acceptAll() {
        defer { close(listener) }
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            Thread.detachNewThread { self.carry(client) }
        }
    }

    /// Carries bytes both ways until one side goes away or an answer is lost.
    private func carry(_ client: Int32) {
        guard let node = try? Sockets.startConnecting(port: target) else { return _ = close(client) }
        state.withLock { $0.connections.formUnion([client, node]) }
        defer {
            state.withLock { $0.connections.subtract([client, node]) }
            close(client)
            close(node)
        }
        var path = ""
        var ends = [client, node].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&ends, 2, -1) > 0 {
            if ends[0].revents != 0 {
                guard let request = Self.pass(from: client, to: node) else { return }
                path = Self.path(of: request) ?? path
            }
            if ends[1].revents != 0 {
                let isLost = loses(path)
                guard Self.pass(from: node, to: client, bytesMax: isLost ? 40 : 65_536) != nil, !isLost else { return }
            }
        }
    }

    private func loses(_ path: String) -> Bool {
        state.withLock { state in
            guard state.losing.left > 0, path == state.losing.path else { return false }
            state.losing.left -= 1
            state.lost += 1
            return true
        }
    }

    /// - Returns: what was passed on; nil when a side has gone.
    private static func pass(from source: Int32, to sink: Int32, bytesMax: Int = 65_536) -> ArraySlice<UInt8>? {
        var chunk = [UInt8](repeating: 0, count: bytesMax)
        let count = recv(source, &chunk, chunk.count, 0)
        guard count > 0 else { return nil }
        var rest = chunk[..<count]
        while !rest.isEmpty {
            var ready = pollfd(fd: sink, events: Int16(POLLOUT), revents: 0)
            guard poll(&ready, 1, 20_000) > 0 else { return nil }
            let sent = rest.withUnsafeBytes { send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return nil }
            rest = rest.dropFirst(sent)
        }
        return chunk[..<count]
    }

    /// Of the request that begins with these bytes; nil for the rest of one.
    private static func path(of bytes: ArraySlice<UInt8>) -> String? {
        let words = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self).split(separator: " ")
        return words.count == 3 && ["GET", "POST"].contains(words[0]) ? String(words[1]) : nil
    }
}
