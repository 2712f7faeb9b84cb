import Foundation
import SyncCore
import SyncWire

/// A file of pieces, each with the hash of everything before it, so that a segment shows which one it follows; sealed
/// where the database is.
struct ArchiveSegment: Sendable {
    /// Of one unbroken series.
    struct Head: Equatable, Sendable {
        /// Random; a series that was broken is followed by another.
        let series: UInt64
        /// 1, 2, 3 …
        let number: Int
        let pageBytes: Int
        /// Where the series stood when the segment was begun.
        let second: Int64
        let place: WriteAheadLog.Place
        /// The hash of all pieces before.
        let before: [UInt8]

        var name: String { Self.name(series, number) }

        static func name(_ series: UInt64, _ number: Int) -> String {
            Hex.digits(series) + "-" + String(repeating: "0", count: max(0, 8 - "\(number)".count)) + "\(number).pages"
        }

        fileprivate var encoded: [UInt8] {
            var out = ByteWriter()
            out.counted(Array("fieldsync pages 1".utf8))
            out.counted(before)
            for number in [series, UInt64(number), UInt64(pageBytes)] { out.unsigned(number) }
            out.counted(ArchivePiece(second: second, place: place).encoded())
            return out.bytes
        }

        init(
            series: UInt64, number: Int, pageBytes: Int, second: Int64, place: WriteAheadLog.Place, before: [UInt8]
        ) {
            (self.series, self.number, self.pageBytes) = (series, number, pageBytes)
            (self.second, self.place, self.before) = (second, place, before)
        }

        fileprivate init(decoding bytes: [UInt8]) throws {
            var input = ByteReader(bytes)
            guard try input.counted() == Array("fieldsync pages 1".utf8) else { throw ByteReader.damage }
            before = try input.counted()
            series = try input.unsigned()
            number = Int(clamping: try input.unsigned())
            pageBytes = Int(clamping: try input.unsigned())
            let start = try ArchivePiece(decoding: input.counted())
            (second, place) = (start.second, start.place)
        }
    }

    let head: Head
    /// What the whole segment comes to.
    private(set) var second: Int64
    private(set) var place: WriteAheadLog.Place
    private(set) var hash: [UInt8]
    private(set) var bytes: Int
    private let key: DataKey?

    /// The first bytes of a new segment.
    static func begin(_ head: Head, _ key: DataKey?) -> (segment: ArchiveSegment, bytes: [UInt8]) {
        let body = seal(head.encoded, key, at: headPlace)
        let framed = frame(body, after: head.before)
        let segment = ArchiveSegment(
            head: head, second: head.second, place: head.place, hash: Array(framed.suffix(hashBytes)),
            bytes: framed.count, key: key)
        return (segment, framed)
    }

    /// The bytes that a piece adds.
    mutating func add(_ piece: ArchivePiece) -> [UInt8] {
        let framed = Self.frame(Self.seal(piece.encoded(), key, at: hash), after: hash)
        note(piece, hash: Array(framed.suffix(Self.hashBytes)), bytes: framed.count)
        return framed
    }

    private mutating func note(_ piece: ArchivePiece, hash: [UInt8], bytes: Int) {
        (second, place, self.hash) = (piece.second, piece.place, hash)
        self.bytes += bytes
    }

    private static let hashBytes = 32
    private static let headPlace = Array("head".utf8)

    /// A piece opens only after what comes before it.
    private static func seal(_ body: [UInt8], _ key: DataKey?, at place: [UInt8]) -> [UInt8] {
        guard let key else { return body }
        return Sealing.seal(
            body, key: key.key(for: .archive), associated: place, nonce: Entropy.bytes(Sealing.nonceBytes))
    }

    /// Nil where it does not open.
    private static func open(_ body: [UInt8], _ key: DataKey?, at place: [UInt8]) -> [UInt8]? {
        guard let key else { return body }
        return Sealing.open(body, key: key.key(for: .archive), associated: place)
    }

    /// Length, body, hash.
    private static func frame(_ body: [UInt8], after hash: [UInt8]) -> [UInt8] {
        let length = (0..<4).map { UInt8(truncatingIfNeeded: body.count >> (24 - 8 * $0)) }
        return length + body + Hash.sha256(hash, body)
    }
}

extension ArchiveSegment {
    /// Reads a segment up to its end, or up to where a crash cut it short.
    /// - Parameter piece: is given one piece after the other.
    /// - Returns: the segment, and whether something unreadable follows what was read.
    /// - Throws: what `piece` throws; `StoreFailure.integrity` when not even the head can be read.
    static func read(
        _ path: String, _ key: DataKey?, _ piece: (ArchivePiece) throws -> Void = { _ in }
    ) throws -> (segment: ArchiveSegment, isCutShort: Bool) {
        guard let file = FileHandle(forReadingAtPath: path) else { throw damage(path) }
        defer { try? file.close() }
        guard let (sealed, hash, bytes) = try next(file), let body = open(sealed, key, at: headPlace),
            let head = try? Head(decoding: body), Hash.sha256(head.before, sealed) == hash
        else { throw damage(path) }
        var segment = ArchiveSegment(
            head: head, second: head.second, place: head.place, hash: hash, bytes: bytes, key: key)
        while let (body, hash, bytes) = try next(file) {
            guard Hash.sha256(segment.hash, body) == hash, let plain = open(body, key, at: segment.hash),
                let read = try? ArchivePiece(decoding: plain)
            else { break }
            try piece(read)
            segment.note(read, hash: hash, bytes: bytes)
        }
        return (segment, segment.bytes != Int(try file.seekToEnd()))
    }

    private static func next(_ file: FileHandle) throws -> (body: [UInt8], hash: [UInt8], bytes: Int)? {
        guard let length = try file.read(upToCount: 4), length.count == 4 else { return nil }
        let count = length.reduce(0) { $0 << 8 | Int($1) }
        guard count <= BackupLimits.pieceBytesMax, let rest = try file.read(upToCount: count + hashBytes),
            rest.count == count + hashBytes
        else { return nil }
        return (Array(rest.prefix(count)), Array(rest.suffix(hashBytes)), 4 + count + hashBytes)
    }

    private static func damage(_ path: String) -> StoreFailure {
        .integrity("the backup's file \(path) is not what was written, or is under another key")
    }
}
