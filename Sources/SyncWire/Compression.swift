import CZstd

/// Bodies as one Zstandard frame each (RFC 8878).
package enum Zstd {
    package enum Outcome: Equatable, Sendable {
        case ok([UInt8])
        /// Not exactly one whole frame, or one that wants a window of more than 8 MiB of memory.
        case malformed
        /// The content is longer than the limit.
        case overLimit
    }

    /// The window that every decoder should grant (RFC 8878, section 3.1.1.1.2): 8 MiB.
    private static let windowLogMax: Int32 = 23
    /// The longest header of a frame (RFC 8878, section 3.1.1.1).
    package static let headerBytesMax = 18
    private static let reservedBytesMax = 16 << 20
    private static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

    /// `level` 1 (fast) to 19 (small).
    package static func compress(_ bytes: [UInt8], level: Int = 3) -> [UInt8] {
        let bound = ZSTD_compressBound(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, initialized in
            let count = ZSTD_compress(buffer.baseAddress, bound, bytes, bytes.count, Int32(clamping: level))
            precondition(ZSTD_isError(count) == 0, "zstd could not compress within its own bound")
            initialized = count
        }
    }

    /// The content of the one frame that `bytes` is, if it is at most `limit` bytes. The size that the frame claims for
    /// itself is not believed: decoding stops with the first byte too many.
    package static func decompress(_ bytes: [UInt8], limit: Int) -> Outcome {
        precondition(limit >= 0, "a limit is not negative")
        // A skippable frame would pass for an empty content.
        guard bytes.starts(with: magic), let context = ZSTD_createDCtx() else { return .malformed }
        defer { ZSTD_freeDCtx(context) }
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, windowLogMax)
        return bytes.withUnsafeBytes { decode($0, with: context, limit: limit) }
    }

    /// What a frame says of its content's length in its first bytes; nil when it says nothing that could be.
    package static func claimedBytes(_ frame: ArraySlice<UInt8>) -> Int? {
        frame.withUnsafeBytes { claimedBytes($0) }
    }

    private static func claimedBytes(_ frame: UnsafeRawBufferPointer) -> Int? {
        let size = ZSTD_getFrameContentSize(frame.baseAddress, frame.count)
        // The two greatest numbers stand for "unknown" and "no frame".
        return size < UInt64.max - 1 ? Int(exactly: size) : nil
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer, with context: OpaquePointer, limit: Int) -> Outcome {
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        var content: [UInt8] = []
        // Not so much that it would matter if nothing came.
        content.reserveCapacity(min(claimedBytes(bytes) ?? 0, limit, reservedBytesMax))
        let chunkBytes = min(ZSTD_DStreamOutSize(), limit)
        var chunk = [UInt8](repeating: 0, count: chunkBytes + 1)
        while true {
            // One more than may come, to see that it does.
            let room = min(chunkBytes, limit - content.count) + 1
            var written = 0
            let rest = chunk.withUnsafeMutableBytes { buffer in
                var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: room, pos: 0)
                defer { written = output.pos }
                return ZSTD_decompressStream(context, &output, &input)
            }
            if ZSTD_isError(rest) != 0 { return .malformed }
            content += chunk[..<written]
            if content.count > limit { return .overLimit }
            if rest == 0 { return input.pos == input.size ? .ok(content) : .malformed }
            // Nothing left to read and no output held back for want of room: the frame was cut short.
            if input.pos == input.size && written < room { return .malformed }
        }
    }
}
