import CurlShim

/// Collects an answer as it comes in, within its limits.
final class HTTPReceiver {
    /// All headers of an answer together.
    static let headerBytesMax = 64 * 1024

    private let bodyBytesMax: Int
    private(set) var body: [UInt8] = []
    private(set) var headers: [String: String] = [:]
    private var headerBytes = 0
    /// The limit that the answer went over.
    private(set) var exceeded: Int?

    init(bodyBytesMax: Int) {
        self.bodyBytesMax = bodyBytesMax
    }

    /// False when it is too much.
    fileprivate func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= bodyBytesMax - body.count else {
            exceeded = bodyBytesMax
            return false
        }
        body += bytes
        return true
    }

    fileprivate func receive(headerLine bytes: UnsafeRawBufferPointer) -> Bool {
        headerBytes += bytes.count
        guard headerBytes <= Self.headerBytesMax else {
            exceeded = Self.headerBytesMax
            return false
        }
        // The status line of an interim answer (1xx) and then of the final one.
        if bytes.starts(with: "HTTP/".utf8) { headers = [:] }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return true }
        let name = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
        let value = String(decoding: trimmed(bytes[(colon + 1)...]), as: UTF8.self)
        headers[name] = headers[name].map { "\($0), \(value)" } ?? value
        return true
    }

    private func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        let isSpace = { (byte: UInt8) in byte <= UInt8(ascii: " ") }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return bytes[bytes.endIndex...] }
        return bytes[first...last]
    }
}

extension HTTPReceiver {
    /// Libcurl calls these with an unretained HTTPReceiver as context; fewer bytes than given break the transfer off.
    static let onBody: cc_receive = { bytes, size, count, context in
        pass(bytes, size * count, context) { $0.receive(body: $1) }
    }
    static let onHeader: cc_receive = { bytes, size, count, context in
        pass(bytes, size * count, context) { $0.receive(headerLine: $1) }
    }

    private static func pass(
        _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
        to accept: (HTTPReceiver, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let context, count > 0 else { return 0 }
        let receiver = Unmanaged<HTTPReceiver>.fromOpaque(context).takeUnretainedValue()
        return accept(receiver, UnsafeRawBufferPointer(start: bytes, count: count)) ? count : 0
    }
}
