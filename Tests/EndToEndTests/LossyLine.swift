import Foundation
import Synchronization

/// A line between a client and a node on loopback that can lose answers: the request arrives and is obeyed, but its
/// answer breaks off in its head. (Where no line of it came, libcurl would ask again by itself.) It reads plain HTTP, so
/// that it knows which answer it loses. It can also break off after so many bytes of attachments, whichever way they go,
/// and hold them.
final class LossyLine: Sendable {
    private struct State {
        var losing = (path: "", left: 0)
        var lost = 0
        var connections: Set<Int32> = []
        var cutting = (every: 0, left: 0, since: 0)
        var cuts = 0
        var blobBytes = 0
        var requests: [String] = []
        var isHolding = false
    }

    private static let blobs = "/v1/blobs/"
    /// Longer than any test holds the line.
    private static let heldSeconds = 20.0

    let port: Int
    private let target: Int
    private let listener: Int32
    private let state = Mutex(State())

    var url: String { "http://127.0.0.1:\(port)" }
    /// How many answers it has lost.
    var lost: Int { state.withLock { $0.lost } }

    /// How often it broke off.
    var cuts: Int { state.withLock { $0.cuts } }
    /// Bytes that went either way in requests about attachments and their answers.
    var blobBytes: Int { state.withLock { $0.blobBytes } }
    /// Method and path of every request that came to it, in order.
    var requests: [String] { state.withLock { $0.requests } }

    /// Breaks off `count` times, each after so many bytes of attachments.
    func cut(_ count: Int, everyBytes bytes: Int) { state.withLock { $0.cutting = (bytes, count, 0) } }

    /// Lets no byte of an attachment through, or lets them go on.
    func hold(_ isHolding: Bool) { state.withLock { $0.isHolding = isHolding } }

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
                guard let request = Self.take(from: client) else { return }
                path = note(request) ?? path
                waitWhileHeld(path)
                guard !isCut(path, request.count), Self.give(request, to: node) else { return }
            }
            if ends[1].revents != 0 {
                let isLost = loses(path)
                guard let answer = Self.take(from: node, bytesMax: isLost ? 40 : 65_536),
                    Self.give(answer, to: client), !isLost, !isCut(path, answer.count)
                else { return }
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

    /// Notes the request that begins with these bytes.
    /// - Returns: its path; nil for the rest of one.
    private func note(_ bytes: ArraySlice<UInt8>) -> String? {
        let words = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self).split(separator: " ")
        guard words.count == 3, ["GET", "POST", "PUT", "HEAD"].contains(words[0]) else { return nil }
        state.withLock { $0.requests.append("\(words[0]) \(words[1])") }
        return String(words[1])
    }

    private func isCut(_ path: String, _ bytes: Int) -> Bool {
        guard path.hasPrefix(Self.blobs) else { return false }
        return state.withLock { state in
            state.blobBytes += bytes
            guard state.cutting.left > 0 else { return false }
            state.cutting.since += bytes
            guard state.cutting.since >= state.cutting.every else { return false }
            state.cutting = (state.cutting.every, state.cutting.left - 1, 0)
            state.cuts += 1
            return true
        }
    }

    private func waitWhileHeld(_ path: String) {
        guard path.hasPrefix(Self.blobs) else { return }
        _ = eventually(within: Self.heldSeconds) { state.withLock { !$0.isHolding } }
    }

    /// Nil when the side has gone.
    private static func take(from source: Int32, bytesMax: Int = 65_536) -> ArraySlice<UInt8>? {
        var chunk = [UInt8](repeating: 0, count: bytesMax)
        let count = recv(source, &chunk, chunk.count, 0)
        return count > 0 ? chunk[..<count] : nil
    }

    /// - Returns: whether the side is still there.
    private static func give(_ bytes: ArraySlice<UInt8>, to sink: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            var ready = pollfd(fd: sink, events: Int16(POLLOUT), revents: 0)
            guard poll(&ready, 1, 20_000) > 0 else { return false }
            let sent = rest.withUnsafeBytes { send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }
}
