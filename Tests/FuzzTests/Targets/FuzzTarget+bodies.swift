import Foundation
@testable import SyncClient
import SwiftProtobuf
@testable import SyncWire

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
        FuzzTarget("bundle", bytesMax: 8192, isSlow: true, seeds: bundleSeeds) { bytes in
            _ = try? SealedBundle(verifying: source(bytes), root: Roots(Certified.root))
            // A header and a seal that no mutation finds, and between them what was given.
            let whole = sealed(bytes)
            var parts = try SealedBundle(verifying: source(whole), root: Roots(Certified.root)).parts()
            var isComplete = true
            while let part = try parts.next() {
                if case .page(let page) = part { isComplete = page.complete }
            }
            try BrokenPromise.unless(isComplete, "a pull that does not end was read to the end of its bundle")
            for place in [0, bytes.count / 2, whole.count - 1] {
                var changed = whole
                changed[place] ^= 1
                let opened = try? SealedBundle(verifying: source(changed), root: Roots(Certified.root))
                try BrokenPromise.unless(opened == nil, "a changed byte went unnoticed")
            }
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

    private static func source(_ bytes: [UInt8]) -> ByteSource {
        ByteSource(size: Int64(bytes.count)) { offset, count in
            Array(bytes.dropFirst(Int(clamping: offset)).prefix(count))
        }
    }

    private static func sealed(_ parts: [UInt8]) -> [UInt8] {
        let reader = (Certified.hq.key.bytes, Certified.hq.name)
        let header = WireBundleHeader(
            by: Certified.branchChain, Roots(Certified.root), for: reader, at: 1_764_000_000_000)
        let bytes = frame(.header(header)) + parts
        let hash = Hash.sha256(bytes)
        return bytes + BundleSeal(hash: hash, signature: Certified.branchKey.sign(hash, for: .bundle)).frame
    }

    private static func frame(_ part: WireBundlePart.OneOf_Part) -> [UInt8] {
        Frame.encode(WireBundlePart.with { $0.part = part }.encoded)
    }

    /// A bundle up, one down with a pull in two pages, and what is out of its place.
    @Sendable private static func bundleSeeds() throws -> [[UInt8]] {
        let (push, results) = (try MessageSeeds.pushRequest().suffix(1), try MessageSeeds.pushResponse().suffix(1))
        let last = try MessageSeeds.pullResponse().suffix(1)
        let first = WirePullResponse.with { $0.cursor = Data([1]) }
        let up = push.map { frame(.push($0)) } + results.map { frame(.results($0)) }
        let down = [frame(.page(first))] + last.map { frame(.page($0)) }
        return [up, down, up + down, down + up, Array(down.prefix(1)), []].map { Array($0.joined()) }
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
