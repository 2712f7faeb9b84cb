/// SQLite's write-ahead log, read frame by frame (https://www.sqlite.org/fileformat2.html#the_write_ahead_log).
enum WriteAheadLog {
    /// How far somebody has read, and what must come next.
    struct Place: Equatable, Sendable {
        /// A log that begins anew takes the first salt's successor and another second one.
        var salts: (UInt32, UInt32) = (0, 0)
        /// Frames that were read.
        var frames = 0
        /// Of all up to there.
        var checksum: (UInt32, UInt32) = (0, 0)

        static func == (a: Place, b: Place) -> Bool {
            a.salts == b.salts && a.frames == b.frames && a.checksum == b.checksum
        }
    }

    /// What was committed after a place. Its pages stay in the file: there may be more of them than memory.
    struct Commits {
        /// After the last commit.
        fileprivate(set) var place: Place
        let pageBytes: Int
        /// Of the database after the last commit; 0: nothing was committed.
        fileprivate(set) var databasePages: UInt32 = 0
        /// For every page that changed, the frame with its newest content, counted from 0.
        fileprivate(set) var frames: [UInt32: Int] = [:]
        fileprivate let log: LogFile

        /// The contents of some of the pages.
        func pages(_ numbers: some Sequence<UInt32>) throws -> [UInt32: [UInt8]] {
            var pages: [UInt32: [UInt8]] = [:]
            for number in numbers {
                guard let frame = frames[number] else { continue }
                let start = offset(of: frame, pageBytes: pageBytes) + Int64(frameHeaderBytes)
                guard let page = try log.read(at: start, count: pageBytes) else { throw ByteReader.damage }
                pages[number] = page
            }
            return pages
        }
    }

    enum Found {
        case commits(Commits)
        /// The log is not what followed: somebody else has worked on the database.
        case gap
    }

    private static let headerBytes = 32
    private static let frameHeaderBytes = 24
    private static let magic: UInt32 = 0x377F_0682

    /// - Parameter place: nil: from the log's beginning.
    static func read(_ log: LogFile?, after place: Place?) throws -> Found {
        guard let log else { return .gap }
        let head = Words(try log.read(at: 0, count: headerBytes) ?? [])
        guard head.count == headerBytes / 4, head[0] & ~1 == magic else { return .gap }
        let salts = (head[4], head[5])
        var start = Place(salts: salts, frames: 0, checksum: (head[6], head[7]))
        if let place {
            if place.salts == salts { start = place } else if salts.0 != place.salts.0 &+ 1 { return .gap }
        }
        var commits = Commits(place: start, pageBytes: Int(head[2]), log: log)
        try read(log, isBigEndian: head[0] & 1 == 1, into: &commits)
        return .commits(commits)
    }

    private static func offset(of frame: Int, pageBytes: Int) -> Int64 {
        Int64(headerBytes + frame * (frameHeaderBytes + pageBytes))
    }

    /// Reads frame by frame; what follows the last commit was never committed, or is left from an earlier round.
    private static func read(_ log: LogFile, isBigEndian: Bool, into commits: inout Commits) throws {
        var place = commits.place
        var frames: [UInt32: Int] = [:]
        let frameBytes = frameHeaderBytes + commits.pageBytes
        while let frame = try log.read(
            at: offset(of: place.frames, pageBytes: commits.pageBytes), count: frameBytes)
        {
            let head = Words(frame.prefix(frameHeaderBytes))
            guard (head[2], head[3]) == place.salts else { return }
            var sum = Checksum(place.checksum, isBigEndian: isBigEndian)
            sum.add(frame.prefix(8))
            sum.add(frame.dropFirst(frameHeaderBytes))
            guard (head[4], head[5]) == sum.value else { return }
            frames[head[0]] = place.frames
            place = Place(salts: place.salts, frames: place.frames + 1, checksum: sum.value)
            if head[1] != 0 {
                commits.place = place
                commits.databasePages = head[1]
                commits.frames.merge(frames) { $1 }
                frames = [:]
            }
        }
    }
}

/// Big-endian words of 32 bits.
private struct Words {
    private let words: [UInt32]

    init(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        words = stride(from: 0, to: bytes.count - 3, by: 4).map { index in
            bytes[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    var count: Int { words.count }
    subscript(index: Int) -> UInt32 { words[index] }
}

/// The log's own running checksum.
private struct Checksum {
    private(set) var value: (UInt32, UInt32)
    private let isBigEndian: Bool

    init(_ value: (UInt32, UInt32), isBigEndian: Bool) { (self.value, self.isBigEndian) = (value, isBigEndian) }

    /// - Parameter bytes: a multiple of 8.
    mutating func add(_ bytes: some Collection<UInt8>) {
        Array(bytes).withUnsafeBytes { buffer in
            for index in stride(from: 0, to: buffer.count - 7, by: 8) {
                value.0 &+= word(buffer, index) &+ value.1
                value.1 &+= word(buffer, index + 4) &+ value.0
            }
        }
    }

    private func word(_ buffer: UnsafeRawBufferPointer, _ index: Int) -> UInt32 {
        let word = buffer.loadUnaligned(fromByteOffset: index, as: UInt32.self)
        return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
    }
}
