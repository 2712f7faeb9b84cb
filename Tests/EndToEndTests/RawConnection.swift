import Foundation
import Testing

/// A connection to loopback, whose bytes a test writes and reads as slowly as it likes. What waits does so
/// on a thread of its own: the node under test may live in this process.
final class RawConnection: Sendable {
    private let connection: Int32

    /// - Parameter receiveBytes: how much the kernel takes that nobody has read yet.
    init(url: String, receiveBytes: Int32? = nil) throws {
        let port = try #require(url.split(separator: ":").last.flatMap { Int($0) })
        connection = try Sockets.startConnecting(port: port)
        if var receiveBytes {
            setsockopt(connection, SOL_SOCKET, SO_RCVBUF, &receiveBytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var writable = pollfd(fd: connection, events: Int16(POLLOUT), revents: 0)
        try #require(poll(&writable, 1, 5_000) == 1)
        _ = fcntl(connection, F_SETFL, 0)
    }

    deinit { close(connection) }

    func write(_ text: String) { Sockets.write(text, to: connection) }

    /// Writes a text again and again, with a pause after each.
    func write(_ text: String, times: Int, pauseMilliseconds: Int) async {
        await onThread { [self] in
            for _ in 0..<times {
                write(text)
                elapse(milliseconds: pauseMilliseconds)
            }
        }
    }

    /// The beginning of an answer; empty when none comes.
    func answer(within seconds: Double) async -> String {
        await onThread { [self] in String(decoding: read(within: seconds) ?? [], as: UTF8.self) }
    }

    /// Everything until the other side closes; nil when it does not within so long.
    func readToEnd(within seconds: Double) async -> String? {
        await onThread { [self] in
            let deadline = Date(timeIntervalSinceNow: seconds)
            var bytes: [UInt8] = []
            while Date() < deadline {
                guard let more = read(within: 0.05) else { return String(decoding: bytes, as: UTF8.self) }
                bytes += more
            }
            return nil
        }
    }

    /// Whether the other side has closed, and said nothing before.
    var isClosed: Bool { read(within: 0) == nil }

    /// What there is within so long; nil at the end of the connection.
    private func read(within seconds: Double) -> [UInt8]? {
        var readable = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
        guard poll(&readable, 1, Int32(seconds * 1000)) == 1 else { return [] }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(connection, &chunk, chunk.count, 0)
        return count > 0 ? Array(chunk[..<count]) : nil
    }

    private func onThread<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }
}
