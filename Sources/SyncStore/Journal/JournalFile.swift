import Foundation
import SyncWire

/// The journal on the disk: what is in it, and how it grows.
///
///     0     letters and a salt, from which the file's key follows
///     512   the mark, sealed
///     4096  records, each from a multiple of 64 on: four letters, the length, the sealed bytes
///
/// Behind the last record there are zeros, written in advance: a sync has no more to write than what was appended. Records
/// stand apart so that behind a damaged one the next is found.
final class JournalFile: Sendable {
    private static let letters = Array("FSJ1".utf8)
    private static let recordLetters = Array("REC1".utf8)
    private static let saltBytes = 16
    private static let markAt: Int64 = 512
    private static let recordsAt: Int64 = 4096
    private static let stepBytes: Int64 = 64
    private static let headBytes: Int64 = 8
    private static let growthBytes: Int64 = 64 * 1024
    /// A set has at most `Limits.changeSetBytesMax`, a chain of certificates is smaller.
    private static let recordBytesMax = 4 * 1024 * 1024

    private let file: RawFile
    private let key: [UInt8]
    let home: FileHome

    /// What was read of a journal.
    struct Content {
        var records: [JournalRecord] = []
        /// Where something stands that is no record: damage, or what a crash left of one.
        var damagedAt: [Int64] = []
    }

    /// Opens one that is there.
    /// - Throws: `StoreFailure`: `missing`; `integrity` when it opens under none of the keys.
    init(_ path: String, keys: DataKeys) throws(StoreFailure) {
        let file = try RawFile(path, O_RDWR)
        let head = try file.read(at: 0, count: Self.letters.count + Self.saltBytes)
        guard head.count == Self.letters.count + Self.saltBytes, Array(head.prefix(4)) == Self.letters else {
            throw .integrity("\(path) is no journal")
        }
        let sealed = try file.read(at: Self.markAt, count: JournalMark.byteCount + Sealing.overheadBytes)
        let candidates = keys.all.map { Self.key($0, salt: Array(head.dropFirst(4))) }
        let fitting = candidates.first {
            Sealing.open(sealed, key: $0, associated: Self.place(Self.markAt)) != nil
        }
        // With one key there is nothing to find out, and a mark that is damaged hides nothing but itself.
        guard let key = fitting ?? candidates.first else { throw .integrity("\(path) is under another key") }
        (self.key, home) = (key, try FileHome(of: path))
        self.file = file
    }

    /// Makes one under another name, which the caller gives its own when it is written.
    private init(making path: String, key: DataKey) throws(StoreFailure) {
        let salt = Entropy.bytes(Self.saltBytes)
        let file = try RawFile(path, O_RDWR | O_CREAT | O_TRUNC)
        try file.write((Self.letters + salt)[...], at: 0)
        (self.key, home) = (Self.key(key, salt: salt), try FileHome(of: path))
        self.file = file
    }

    /// Puts a journal with these records into the place of the one that is there, durably.
    /// - Parameter mark: the one of the file that was made, with the end of its records.
    static func replace(
        _ path: String, key: DataKey, records: [JournalRecord], mark: (FileHome, Int64) -> JournalMark
    ) throws {
        let part = path + BackupFolder.partSuffix
        let made = try JournalFile(making: part, key: key)
        var end = recordsAt
        for record in records { end = try made.write(record, at: end) }
        try made.reserve(from: end)
        try made.write(mark(made.home, end))
        try made.file.sync()
        guard rename(part, path) == 0 else { throw RawFile.failure(path) }
        try DurableFile.syncDirectory(of: path)
    }

    /// Nil when it is not what was written.
    func mark() throws(StoreFailure) -> JournalMark? {
        let sealed = try file.read(at: Self.markAt, count: JournalMark.byteCount + Sealing.overheadBytes)
        return Sealing.open(sealed, key: key, associated: Self.place(Self.markAt)).flatMap { JournalMark(bytes: $0) }
    }

    /// Appends records and moves the mark; not on the disk before `sync`.
    func append(_ records: [JournalRecord], mark: JournalMark) throws {
        var mark = mark
        for record in records {
            try reserve(from: mark.end, bytes: Int64(record.bytes.count))
            mark.end = try write(record, at: mark.end)
        }
        try write(mark)
    }

    func sync() throws(StoreFailure) { try file.syncData() }

    /// Takes back what was appended last, as if it had not been.
    func retract(to mark: JournalMark) throws {
        let size = try file.size()
        try file.write([UInt8](repeating: 0, count: Int(max(0, size - mark.end)))[...], at: mark.end)
        try write(mark)
    }

    func content() throws -> Content {
        let bytes = try file.read(at: 0, count: Int(try file.size()))
        var content = Content()
        var at = Self.recordsAt
        while at < Int64(bytes.count) {
            if let (record, next) = record(in: bytes, at: at) {
                content.records.append(record)
                at = next
                continue
            }
            let next = min(at + Self.stepBytes, Int64(bytes.count))
            if bytes[Int(at)..<Int(next)].contains(where: { $0 != 0 }) { content.damagedAt.append(at) }
            at = next
        }
        return content
    }

    private func record(in bytes: [UInt8], at: Int64) -> (JournalRecord, next: Int64)? {
        let start = Int(at + Self.headBytes)
        guard start <= bytes.count, Array(bytes[Int(at)..<Int(at) + 4]) == Self.recordLetters else { return nil }
        let length = bytes[Int(at) + 4..<start].reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.recordBytesMax, start + length <= bytes.count else { return nil }
        let sealed = Array(bytes[start..<start + length])
        guard let plain = Sealing.open(sealed, key: key, associated: Self.place(at)),
            let record = try? JournalRecord(plain)
        else { return nil }
        return (record, Self.next(at, length))
    }

    /// - Returns: where the next one goes.
    private func write(_ record: JournalRecord, at: Int64) throws -> Int64 {
        let sealed = seal(record.bytes, at: at)
        let length = (0..<4).map { UInt8(truncatingIfNeeded: sealed.count >> (24 - 8 * $0)) }
        try file.write((Self.recordLetters + length + sealed)[...], at: at)
        return Self.next(at, sealed.count)
    }

    private func write(_ mark: JournalMark) throws {
        try file.write(seal(mark.bytes, at: Self.markAt)[...], at: Self.markAt)
    }

    /// Zeros behind the last record, so that there is room for the next ones.
    private func reserve(from end: Int64, bytes: Int64 = 0) throws {
        let size = try file.size()
        let needed = Self.next(end, Int(bytes) + Sealing.overheadBytes)
        if needed <= size { return }
        let grown = (needed / Self.growthBytes + 1) * Self.growthBytes
        let start = max(size, end)
        try file.write([UInt8](repeating: 0, count: Int(grown - start))[...], at: start)
    }

    private func seal(_ plain: [UInt8], at: Int64) -> [UInt8] {
        Sealing.seal(plain, key: key, associated: Self.place(at), nonce: Entropy.bytes(Sealing.nonceBytes))
    }

    private static func next(_ at: Int64, _ length: Int) -> Int64 {
        (at + headBytes + Int64(length) + stepBytes - 1) / stepBytes * stepBytes
    }

    private static func key(_ key: DataKey, salt: [UInt8]) -> [UInt8] { Hash.hmac(key: key.key(for: .journal), salt) }

    private static func place(_ at: Int64) -> [UInt8] { Array("\(at)".utf8) }
}
