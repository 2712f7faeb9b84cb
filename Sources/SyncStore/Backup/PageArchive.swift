import Foundation
import SyncWire

/// What a backup needs to bring a node back to any second: every page of the database as it was committed, copied from the
/// write-ahead log before that is taken into the database and begun anew. It lies beside the database, in segments, until
/// a backup fetches them. Belongs to the one writing connection, and is asked by its thread alone.
final class PageArchive {
    /// The log is not what followed what was read: the series ends here.
    struct Broken: Error {}

    static let segmentBytesMax = 16 * 1024 * 1024

    private let folder: String
    private let key: DataKey?
    private var segment: ArchiveSegment
    private var file: FileHandle
    /// Committed and in the log, but not yet in the segment.
    private var pending: ArchivePiece?
    private var pendingBytes = 0
    private var closedBytes: Int

    static func folder(beside database: String) -> String { database + "-archive" }

    static func exists(beside database: String) -> Bool { DurableFile.exists(folder(beside: database)) }

    /// Begins a new series at what is committed now; an earlier one is dropped.
    /// - Parameters:
    ///   - series: random.
    ///   - log: of the connection.
    init(beginning database: DatabaseFile, _ log: LogFile?, series: UInt64, second: Int64) throws {
        (folder, key) = (Self.folder(beside: database.path), database.key)
        try? FileManager.default.removeItem(atPath: folder)
        guard case .commits(let commits) = try WriteAheadLog.read(log, after: nil) else { throw Broken() }
        try DurableFile.makeFolder(folder)
        let head = ArchiveSegment.Head(
            series: series, number: 1, pageBytes: commits.pageBytes, second: second, place: commits.place, before: [])
        (segment, file) = try Self.begin(head, in: folder, key)
        closedBytes = 0
    }

    /// Goes on where the process before this one was, also if that was killed: what it had committed is still in the log.
    init(resuming database: DatabaseFile) throws {
        (folder, key) = (Self.folder(beside: database.path), database.key)
        guard let last = try Self.segments(in: folder).last else { throw Broken() }
        let path = folder + "/" + last
        segment = try ArchiveSegment.read(path, key).segment
        file = try FileHandle(forWritingTo: URL(filePath: path))
        // A piece that was being written when the machine stopped is written again.
        try file.truncate(atOffset: UInt64(segment.bytes))
        try file.seekToEnd()
        closedBytes = try Self.bytes(in: folder) - segment.bytes
    }

    var series: UInt64 { segment.head.series }
    var bytes: Int { closedBytes + segment.bytes + pendingBytes }
    /// Frames of the write-ahead log that are read.
    var frames: Int { place.frames }
    /// Of the segment that is being written.
    var number: Int { segment.head.number }

    private var place: WriteAheadLog.Place { pending?.place ?? segment.place }

    /// Copies what was committed since the last call.
    /// - Parameter second: in which it was committed.
    func take(from log: LogFile?, at second: Int64) throws {
        guard case .commits(let commits) = try WriteAheadLog.read(log, after: place),
            commits.pageBytes == segment.head.pageBytes
        else { throw Broken() }
        if commits.databasePages == 0 { return }
        // A clock that is set back does not turn the order round.
        let second = max(second, pending?.second ?? segment.second)
        if let pending, pending.second < second { try flush() }
        var numbers = commits.frames.keys.sorted()[...]
        let pagesMax = BackupLimits.pendingBytesMax / commits.pageBytes
        // A long transaction is written piece by piece; the last one says that it was committed.
        while numbers.count > pagesMax {
            try flush()
            let pages = try commits.pages(numbers.prefix(pagesMax))
            try write(ArchivePiece(second: second, place: segment.place, pages: pages))
            numbers = numbers.dropFirst(pagesMax)
        }
        let rest = try commits.pages(numbers)
        let pages = (pending?.pages ?? [:]).merging(rest) { $1 }
        pending = ArchivePiece(
            second: second, place: commits.place, databasePages: commits.databasePages, pages: pages)
        pendingBytes = pages.count * commits.pageBytes
        if pendingBytes >= BackupLimits.pendingBytesMax { try flush() }
        if bytes > BackupLimits.archiveBytesMax { throw Broken() }
    }

    /// Everything taken so far is on the disk when this returns: the log may go.
    func sync() throws {
        try flush()
        try file.synchronize()
    }

    /// Closes the segment and begins the next one.
    /// - Returns: the paths of those that are closed, in order.
    func rotate() throws -> [String] {
        try sync()
        try beginNext()
        return try Self.segments(in: folder).dropLast().map { folder + "/" + $0 }
    }

    /// What a backup has is not kept here.
    func drop(_ paths: [String]) throws {
        for path in paths { try? FileManager.default.removeItem(atPath: path) }
        closedBytes = try Self.bytes(in: folder) - segment.bytes
    }

    /// Keeps nothing more.
    func abandon() {
        try? file.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func flush() throws {
        guard let piece = pending else { return }
        (pending, pendingBytes) = (nil, 0)
        try write(piece)
    }

    private func write(_ piece: ArchivePiece) throws {
        try file.write(contentsOf: Data(segment.add(piece)))
        if segment.bytes > Self.segmentBytesMax {
            try file.synchronize()
            try beginNext()
        }
    }

    private func beginNext() throws {
        try file.close()
        closedBytes += segment.bytes
        let head = ArchiveSegment.Head(
            series: segment.head.series, number: segment.head.number + 1, pageBytes: segment.head.pageBytes,
            second: segment.second, place: segment.place, before: segment.hash)
        (segment, file) = try Self.begin(head, in: folder, key)
    }

    private static func begin(
        _ head: ArchiveSegment.Head, in folder: String, _ key: DataKey?
    ) throws -> (ArchiveSegment, FileHandle) {
        let (segment, bytes) = ArchiveSegment.begin(head, key)
        let path = folder + "/" + head.name
        try DurableFile.write(bytes, to: path)
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
        return (segment, file)
    }

    /// In order: numbers have leading zeros.
    private static func segments(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".pages") }.sorted()
    }

    private static func bytes(in folder: String) throws -> Int {
        try segments(in: folder).reduce(0) { sum, name in
            let size = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.size]
            return sum + (size as? Int ?? 0)
        }
    }
}
