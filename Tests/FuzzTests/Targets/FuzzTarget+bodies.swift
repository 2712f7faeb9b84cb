@testable import SyncClient
import SyncWire

/// What HTTP carries around the messages.
extension FuzzTarget {
    /// Little, so that the fuzzer finds what is longer.
    private static let limit = 65_536

    static let bodies = [
        FuzzTarget("frame", bytesMax: 16_384, seeds: { try VectorSeeds.of("Frame") }) { bytes in
            var frames = FrameReader(bytes)
            var (count, only) = (0, [UInt8]())
            while let message = try frames.next(limit: limit) {
                try BrokenPromise.unless(message.count <= limit, "a message beyond its limit")
                (count, only) = (count + 1, message)
            }
            guard count == 1 else { return }
            try BrokenPromise.unless((try? Frame.decode(bytes, limit: limit)) == only, "a body is not its one frame")
            try BrokenPromise.unless(
                (try? Frame.decode(Frame.encode(only), limit: limit)) == only, "a frame is read as something else")
        },
        FuzzTarget("zstd", bytesMax: 16_384, seeds: zstdSeeds) { bytes in
            // A window is at most 8 MiB; what a decoder of it needs beside is less than another.
            let outcome = try Heap.bounded(by: 0, of: bytes, beside: limit) { Zstd.decompress(bytes, limit: limit) }
            guard case .ok(let content) = outcome else { return }
            try BrokenPromise.unless(content.count <= limit, "a content beyond its limit")
            let again = Zstd.decompress(Zstd.compress(content), limit: content.count)
            try BrokenPromise.unless(again == .ok(content), "a content is compressed to something else")
            if content.isEmpty { return }
            try BrokenPromise.unless(
                Zstd.decompress(bytes, limit: content.count - 1) == .overLimit, "a limit is not kept")
        },
        FuzzTarget("range", bytesMax: 128, seeds: rangeSeeds) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let part = BlobPart(contentRange: text) {
                try demandWithin(part, part.total)
                try BrokenPromise.unless(BlobPart(contentRange: part.contentRange) == part, "a part is read as another")
            }
            for total in [0, 1, 1000, Int64.max] {
                if case .part(let part) = BlobRange(text, total: total) { try demandWithin(part, total) }
            }
        },
        FuzzTarget("problem", seeds: problemSeeds) { bytes in
            let parts = Array(Parts(bytes, count: 3))
            let (status, header) = (400 + Int(parts[0].first ?? 0), String(decoding: parts[1], as: UTF8.self))
            let response = HTTPResponse(
                status: status, headers: ["retry-after": header, "fieldsync-error": header], body: parts[2])
            let failure = ExchangeFailure(response)
            try BrokenPromise.unless(failure.exit > 0 && failure.exit < 128, "a failure ends with \(failure.exit)")
            if case .busy(_, _, let seconds?) = failure {
                try BrokenPromise.unless(seconds >= 0, "a pause of \(seconds) seconds")
            }
        },
    ]

    private static func demandWithin(_ part: BlobPart, _ total: Int64) throws {
        try BrokenPromise.unless(
            part.total == total && part.offset >= 0 && part.count >= 0 && part.end <= total, "a part outside its blob")
    }

    @Sendable private static func zstdSeeds() -> [[UInt8]] {
        let text = Array("压缩机异响 seized bearing".utf8)
        let longer = [UInt8](repeatElement(text, count: 40).joined())
        let contents = [[], text, longer, [UInt8](repeating: 7, count: 70_000)]
        return contents.map { Zstd.compress($0) } + [Zstd.compress(longer, level: 19)]
    }

    @Sendable private static func rangeSeeds() throws -> [[UInt8]] {
        let asked = ["bytes=0-99", "bytes=5-", "bytes=-5", "bytes=9223372036854775807-", "bytes=0-9223372036854775807"]
        return try VectorSeeds.of("ContentRange", VectorSeeds.text) + asked.map { Array($0.utf8) }
    }

    @Sendable private static func problemSeeds() -> [[UInt8]] {
        let problems = [Problem(.sequenceGap, details: ["next_seq": "7"]), Problem(.rateLimited), Problem(.revoked)]
        return problems.map { problem in Parts.joined([[9], Array("30".utf8), problem.json]) }
            + [Parts.joined([[29], Array("storage_full".utf8), []])]
    }
}
