import Foundation

/// POSIX sockets, as far as these tests need them.
enum Sockets {
    struct Failure: Error { let code = errno }

    /// A listening socket on a free port of loopback.
    static func listen() throws -> (socket: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutableBytes(of: &address) { bytes in
            guard let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                bind(listener, pointer, length) == 0, Glibc.listen(listener, 16) == 0,
                getsockname(listener, pointer, &length) == 0
            else { throw Failure() }
        }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A listening Unix socket at `path`.
    static func listen(unixSocket path: String) throws -> Int32 {
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        try withUnsafeBytes(of: &address) { bytes in
            guard let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                bind(listener, pointer, socklen_t(bytes.count)) == 0, Glibc.listen(listener, 16) == 0
            else { throw Failure() }
        }
        return listener
    }

    /// A socket on its way to `port`, arrived or not.
    static func startConnecting(port: Int) throws -> Int32 {
        let caller = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var address = loopback(port: port)
        let code = withUnsafeBytes(of: &address) { bytes in
            connect(caller, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        guard code == 0 || errno == EINPROGRESS else { throw Failure() }
        return caller
    }

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        address.sin_port = in_port_t(port).bigEndian
        return address
    }

    /// The next request on the connection, head and body; nil when the other side has gone.
    static func readRequest(_ connection: Int32) -> String? {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: received, as: UTF8.self)
            if let head = text.range(of: "\r\n\r\n") {
                let length = text.range(of: "Content-Length: ").map {
                    Int(text[$0.upperBound...].prefix { $0.isNumber })
                }
                if text[head.upperBound...].utf8.count >= (length ?? 0) ?? 0 { return text }
            }
            let count = read(connection, &chunk, chunk.count)
            guard count > 0 else { return nil }
            received += chunk[..<count]
        }
    }

    static func write(_ text: String, to connection: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            // The client may have gone, which must not end the tests by a signal.
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
