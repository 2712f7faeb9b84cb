import Foundation

/// A bundle whose seal is right: its bytes are those that its writer wrote, and the writer is of this organisation.
package struct SealedBundle {
    private static let pieceBytes = 1 << 18

    package let header: WireBundleHeader
    package let writer: Identity
    /// HQ's root keys, as far as the reader and the writer know them.
    package let root: Roots
    private let source: ByteSource
    private let seal: BundleSeal

    /// Reads all of it once, in pieces. What the parts say is looked at when they are read.
    /// - Parameter root: HQ's key, and those before it, as far as the reader knows.
    /// - Throws: `WireError`, and what the source throws.
    package init(verifying source: ByteSource, root: Roots) throws {
        self.source = source
        seal = try Self.seal(of: source)
        var reader = PartReader(source, end: Self.end(of: source))
        guard case .header(let header)? = try reader.next() else {
            throw WireError.malformed("a bundle without a header")
        }
        self.header = header
        // A device that was long away wrote it while its certificate was valid, or after: R-16.
        self.root = try root.taking(header.rotations)
        writer = try CertificateChain.verify(header.chain, root: self.root, expiry: .ignored)
        guard writer.key.verifies(seal.signature, of: seal.hash, for: .bundle) else {
            throw WireError.badSignature("the seal of a bundle of \(writer.name)")
        }
    }

    /// Its parts, from the first behind the header on.
    package func parts() throws -> BundleParts {
        var reader = PartReader(source, end: Self.end(of: source))
        _ = try reader.next()
        return BundleParts(reader, hash: seal.hash)
    }

    private static func end(of source: ByteSource) -> Int64 { source.size - Int64(BundleSeal.frameBytes) }

    private static func seal(of source: ByteSource) throws -> BundleSeal {
        let end = end(of: source)
        guard end > 0, let seal = BundleSeal(frame: try source.read(end, BundleSeal.frameBytes)) else {
            throw WireError.badSignature("a bundle without a seal at its end")
        }
        let hash = RunningHash()
        var offset: Int64 = 0
        while offset < end {
            let piece = try source.read(offset, Int(min(end - offset, Int64(pieceBytes))))
            guard !piece.isEmpty else { break }
            hash.add(piece[...])
            offset += Int64(piece.count)
        }
        guard hash.finish() == seal.hash else { throw WireError.badSignature("the bytes of a bundle") }
        return seal
    }
}

/// The parts of a bundle one after the other, in the only order that they may have.
package struct BundleParts {
    private var reader: PartReader
    private let hash: [UInt8]
    private var stage = 0
    /// Pages were there, and the last of them was not the end of a pull.
    private var isPullOpen = false

    fileprivate init(_ reader: PartReader, hash: [UInt8]) {
        self.reader = reader
        self.hash = hash
    }

    /// Nil behind the last one; then all bytes were those that the seal vouches for, also where somebody changed the
    /// file meanwhile.
    package mutating func next() throws -> WireBundlePart.OneOf_Part? {
        guard let part = try reader.next() else {
            guard reader.finish() == hash else { throw WireError.badSignature("a bundle that changed meanwhile") }
            guard !isPullOpen else { throw WireError.malformed("a bundle without its last page") }
            return nil
        }
        try demandOrder(part)
        return part
    }

    private mutating func demandOrder(_ part: WireBundlePart.OneOf_Part) throws(WireError) {
        let (before, isAfterPull) = (stage, stage == 3 && !isPullOpen)
        switch part {
        case .header, .seal: throw .malformed("a part of a bundle out of its place")
        case .push: stage = 1
        case .results: stage = 2
        case .page(let page):
            stage = 3
            isPullOpen = !page.complete
        }
        guard stage >= before, !isAfterPull else { throw .malformed("a part of a bundle out of its place") }
    }
}

/// The frames of a source, each within the limits of a request.
private struct PartReader {
    private let source: ByteSource
    private let end: Int64
    private var offset: Int64 = 0
    private let hash = RunningHash()

    init(_ source: ByteSource, end: Int64) {
        self.source = source
        self.end = end
    }

    mutating func next() throws -> WireBundlePart.OneOf_Part? {
        if offset >= end { return nil }
        let head = try read(Frame.headerBytesMax, at: offset)
        guard let header = try Frame.header(head) else { throw WireError.malformed("a frame is cut short") }
        guard header.contentBytes <= Limits.requestBodyBytesMax else {
            throw WireError.tooLarge(what: "a part of a bundle", limit: Limits.requestBodyBytesMax)
        }
        let frame = try read(header.headerBytes + header.contentBytes, at: offset)
        guard frame.count == header.headerBytes + header.contentBytes else {
            throw WireError.malformed("a frame is cut short")
        }
        hash.add(frame[...])
        offset += Int64(frame.count)
        let message = try Frame.message(
            header.encoding, Array(frame[header.headerBytes...]), limit: Limits.requestBodyDecompressedBytesMax)
        return try Self.part(message)
    }

    func finish() -> [UInt8] { hash.finish() }

    private func read(_ count: Int, at offset: Int64) throws -> [UInt8] {
        try source.read(offset, Int(min(Int64(count), end - offset)))
    }

    /// A part is one thing and nothing else, lest two readers take different ones.
    private static func part(_ message: [UInt8]) throws(WireError) -> WireBundlePart.OneOf_Part {
        var reader = WireReader(message)
        guard let key = reader.peek, key & 7 == 2 else { throw .malformed("an empty part of a bundle") }
        _ = try reader.varint()
        _ = try reader.skipBytes()
        guard reader.peek == nil else { throw .malformed("two things in a part of a bundle") }
        guard let part = try WireBundlePart(bounded: message).part else { throw .upgradeRequired("a part of a bundle") }
        return part
    }
}
