/// A body of the exchange, or a part of a bundle, is frames: a varint that counts the content's bytes, one byte of
/// encoding, the content.
package enum Frame {
    package enum Encoding: UInt8, Sendable {
        case plain = 0
        /// One Zstandard frame (RFC 8878).
        case zstd = 1
    }

    package struct Header: Equatable, Sendable {
        package let encoding: Encoding
        /// Bytes of content that follow the header.
        package let contentBytes: Int
        package let headerBytes: Int
    }

    /// The longest header: a varint of ten bytes and the encoding.
    package static let headerBytesMax = 11

    /// Compressed where that makes it shorter.
    package static func encode(_ message: [UInt8]) -> [UInt8] {
        if message.count > Limits.plainFrameBytesMax {
            let compressed = Zstd.compress(message)
            if compressed.count < message.count { return frame(.zstd, compressed) }
        }
        return frame(.plain, message)
    }

    private static func frame(_ encoding: Encoding, _ content: [UInt8]) -> [UInt8] {
        var writer = WireWriter(reserving: content.count + headerBytesMax)
        writer.varint(UInt64(content.count))
        writer.raw([encoding.rawValue])
        writer.raw(content)
        return writer.bytes
    }

    /// The message of a body that is exactly one frame.
    /// - Parameter limit: of the message, in bytes after decompression.
    package static func decode(_ body: [UInt8], limit: Int) throws(WireError) -> [UInt8] {
        var frames = FrameReader(body)
        guard let message = try frames.next(limit: limit) else { throw .malformed("a body without a frame") }
        guard frames.isAtEnd else { throw .malformed("bytes after the frame") }
        return message
    }

    /// The header at an index; nil when more bytes are needed to tell.
    package static func header(_ bytes: [UInt8], at start: Int = 0) throws(WireError) -> Header? {
        let head = Array(bytes[start...].prefix(headerBytesMax))
        guard let last = head.firstIndex(where: { $0 < 0x80 }) else {
            if head.count >= 10 { throw .malformed("a frame's length is longer than 10 bytes") }
            return nil
        }
        guard last + 1 < head.count else { return nil }
        var reader = WireReader(Array(head[...last]))
        let count = try reader.varint()
        guard let encoding = Encoding(rawValue: head[last + 1]) else {
            throw .upgradeRequired("a frame's encoding \(head[last + 1])")
        }
        guard let contentBytes = Int(exactly: count) else { throw .malformed("a frame's length is out of range") }
        return Header(encoding: encoding, contentBytes: contentBytes, headerBytes: last + 2)
    }

    /// How long the message of a body says that it is; nil when it does not say.
    /// - Parameter body: or its first bytes.
    package static func claimedMessageBytes(_ body: [UInt8]) -> Int? {
        guard let header = try? header(body) else { return nil }
        switch header.encoding {
        case .plain: return header.contentBytes
        case .zstd: return Zstd.claimedBytes(body[header.headerBytes...])
        }
    }

    /// The message in a frame's content, at most `limit` bytes.
    package static func message(_ encoding: Encoding, _ content: [UInt8], limit: Int) throws(WireError) -> [UInt8] {
        guard encoding == .zstd else {
            guard content.count <= limit else { throw .tooLarge(what: "a message", limit: limit) }
            return content
        }
        switch Zstd.decompress(content, limit: limit) {
        case .ok(let message): return message
        case .malformed: throw .malformed("a frame does not decompress")
        case .overLimit: throw .decompressionLimit(limit)
        }
    }
}

/// Several frames, one after the other.
package struct FrameReader {
    private let bytes: [UInt8]
    private var index = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var isAtEnd: Bool { index == bytes.count }

    /// The next message, at most `limit` bytes after decompression; nil at the end.
    package mutating func next(limit: Int) throws(WireError) -> [UInt8]? {
        if isAtEnd { return nil }
        guard let header = try Frame.header(bytes, at: index) else { throw .malformed("a frame is cut short") }
        let start = index + header.headerBytes
        guard header.contentBytes <= bytes.count - start else { throw .malformed("a frame is cut short") }
        index = start + header.contentBytes
        return try Frame.message(header.encoding, Array(bytes[start..<index]), limit: limit)
    }
}
