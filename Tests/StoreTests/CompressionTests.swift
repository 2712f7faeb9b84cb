import SyncWire
import Testing

@Suite struct CompressionTests {
    /// Bytes that do not compress.
    private static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    @Test(
        "What was compressed comes back, over the sizes where its buffers end",
        arguments: [
            0, 1, 1000, 131_071, 131_072, 131_073, 1_000_000,
        ])
    func roundTrip(count: Int) {
        let zeros = [UInt8](repeating: 0, count: count)
        #expect(Zstd.decompress(Zstd.compress(zeros), limit: count) == .ok(zeros))
        let noise = Self.noise(count)
        #expect(Zstd.decompress(Zstd.compress(noise, level: 1), limit: .max) == .ok(noise))
    }

    @Test("A message that is not worth it is sent as it is, and one byte more is compressed")
    func plain() throws {
        for past in [0, 1] {
            let frame = Frame.encode([UInt8](repeating: 0, count: Limits.plainFrameBytesMax + past))
            #expect(try Frame.header(frame)?.encoding == (past == 0 ? .plain : .zstd))
        }
    }

    @Test("Repetition becomes small")
    func ratio() {
        #expect(Zstd.compress([UInt8](repeating: 65, count: 100_000)).count < 100)
    }

    @Test("A bomb is refused one byte past the limit and accepted at it", arguments: [1, 1000, 131_072, 300_000])
    func bomb(limit: Int) {
        let atLimit = [UInt8](repeating: 0, count: limit)
        #expect(Zstd.decompress(Zstd.compress(atLimit), limit: limit) == .ok(atLimit))
        #expect(Zstd.decompress(Zstd.compress(atLimit + [0]), limit: limit) == .overLimit)
        #expect(Zstd.decompress(Zstd.compress(Self.noise(limit + 1)), limit: limit) == .overLimit)
    }

    @Test("A limit of nothing lets nothing through")
    func zeroLimit() {
        #expect(Zstd.decompress(Zstd.compress([]), limit: 0) == .ok([]))
        #expect(Zstd.decompress(Zstd.compress([1]), limit: 0) == .overLimit)
    }

    @Test("64 MiB of zeros in a few kilobytes are refused")
    func bigBomb() {
        let bomb = Zstd.compress([UInt8](repeating: 0, count: 64 << 20))
        #expect(bomb.count < 10_000)
        #expect(Zstd.decompress(bomb, limit: 1 << 20) == .overLimit)
    }

    @Test("A frame that is cut anywhere is malformed")
    func truncated() {
        let frame = Zstd.compress(Self.noise(300) + [UInt8](repeating: 0, count: 300))
        for count in 0..<frame.count {
            #expect(Zstd.decompress(Array(frame[..<count]), limit: 10_000) == .malformed)
        }
    }

    @Test("Anything after the frame is refused: a byte, another frame, a skippable frame")
    func trailing() {
        let frame = Zstd.compress([1, 2, 3])
        let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 9]
        for tail in [[0], frame, skippable] {
            #expect(Zstd.decompress(frame + tail, limit: 100) == .malformed)
        }
        #expect(Zstd.decompress(skippable, limit: 100) == .malformed)
        #expect(Zstd.decompress(skippable + frame, limit: 100) == .malformed)
    }

    @Test("Bytes that are no frame are malformed")
    func garbage() {
        #expect(Zstd.decompress([], limit: 100) == .malformed)
        #expect(Zstd.decompress(Array("{\"json\":true}".utf8), limit: 100) == .malformed)
        #expect(Zstd.decompress([0x28, 0xB5, 0x2F, 0xFD] + Self.noise(50), limit: 100) == .malformed)
    }

    /// Magic, a descriptor without sizes, a window descriptor, then one raw block, the last, of the byte 65.
    private static func frame(windowDescriptor: UInt8) -> [UInt8] {
        [0x28, 0xB5, 0x2F, 0xFD, 0x00, windowDescriptor, 0x09, 0x00, 0x00, 65]
    }

    @Test("A window of 8 MiB is granted, a larger one is not")
    func window() {
        #expect(Zstd.decompress(Self.frame(windowDescriptor: 13 << 3), limit: 100) == .ok([65]))
        #expect(Zstd.decompress(Self.frame(windowDescriptor: 14 << 3), limit: 100) == .malformed)
    }

    /// Magic, a descriptor that announces 8 bytes of content size, that size, then the same block.
    @Test("The size that a frame claims is not believed, however large")
    func claimedSize() {
        let claim: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xC0, 0x00] + [UInt8](repeating: 0xFF, count: 7) + [0x0F]
        #expect(Zstd.decompress(claim + [0x09, 0x00, 0x00, 65], limit: 100) == .malformed)
    }
}
