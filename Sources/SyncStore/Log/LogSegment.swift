import GRDB
import SyncCore
import SyncWire

/// The bytes of old change sets, many to a row and compressed together (docs/decisions/0029). What else the log says of a set
/// stays in its own row, with the segment and where in it its bytes begin and how many they are.
enum LogSegment {
    /// Of sets, uncompressed: what one look at one of them costs is to decompress so much.
    static let bytes = 128 * 1024
    /// With the last set, which may be as long as any.
    static let bytesMax = bytes + Limits.changeSetBytesMax
    static let compressionLevel = 9

    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE log_segment (segment INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
                ALTER TABLE change_log ADD COLUMN segment INTEGER;
                ALTER TABLE change_log ADD COLUMN place INTEGER;
                ALTER TABLE change_log ADD COLUMN length INTEGER;
                """)
    }

    static func unreadable(_ segment: Int64) -> StoreFailure {
        .integrity("segment \(segment) of the log cannot be read")
    }
}

/// Where the bytes of a set in the log are.
extension ReadAccess {
    private static let oneSegment = FixedSQL("SELECT bytes FROM log_segment WHERE segment = ?")

    /// The bytes of the set in a row with `LogEntry.bytesColumns` from `first` on; nil: they are gone.
    func logBytes(in row: Prepared, from first: Int32) throws -> [UInt8]? {
        if !row.isNull(first) { return row.bytes(first) }
        if row.isNull(first + 1) { return nil }
        let (segment, place) = (row.integer(first + 1), row.integer(first + 2))
        let (content, end) = (try content(ofSegment: segment), place + row.integer(first + 3))
        guard place >= 0, place < end, end <= content.count else { throw LogSegment.unreadable(segment) }
        return Array(content[Int(place)..<Int(end)])
    }

    /// Sets that follow one another are mostly in one segment: it is decompressed once.
    func content(ofSegment segment: Int64) throws -> [UInt8] {
        if let openedSegment, openedSegment.segment == segment { return openedSegment.content }
        let row = try prepare(Self.oneSegment)
        row.bind(1, segment)
        guard let bytes = try row.first({ $0.bytes(0) }),
            case .ok(let content) = Zstd.decompress(bytes, limit: LogSegment.bytesMax)
        else { throw LogSegment.unreadable(segment) }
        openedSegment = (segment, content)
        return content
    }
}
