import GRDBSQLite
import SealedPages
import SyncWire

/// All pages of a sealed database and its log, as far as they are what was written. Nobody has it open.
final class PageImage {
    static let pageBytes = Int(SP_PAGE_BYTES)
    static let reservedBytes = Int(SP_RESERVED_BYTES)

    let path: String
    /// Pages that the file has room for, and frames that its log has.
    let count: UInt32
    let frameCount: UInt32
    /// Whether no page opens at all: the head of the file, from which their key follows, is damaged.
    private(set) var isHeadless = false
    private(set) var isLogHeadless = false
    private(set) var damagedPages: [UInt32] = []
    private(set) var damagedFrames: [UInt32] = []
    /// Places in which nothing stands: never written, or wiped.
    private(set) var blank: Set<UInt32> = []
    private let pages: OpaquePointer?
    private let frames: OpaquePointer?
    /// Which frame has a page's newest version.
    private var newest: [UInt32: UInt32] = [:]

    /// - Throws: `StoreFailure`: `missing`, or what reading the file came to.
    init(_ path: String, keys: DataKeys) throws(StoreFailure) {
        guard DurableFile.exists(path) else { throw .missing(path: path) }
        self.path = path
        let key = Self.key(of: path, among: keys)
        pages = try Self.open(path) { sp_pages_open(path, key, &$0) }
        frames = try Self.open(path) { sp_frames_open(path, key, &$0) }
        count = pages.map { sp_pages_count($0) } ?? 0
        frameCount = frames.map { sp_frames_count($0) } ?? 0
        isHeadless = pages == nil
        readPages()
        readFrames(hasLog: BlobFolder.size(path + "-wal") ?? 0 > 0)
    }

    deinit {
        if let pages { _ = sp_pages_close(pages) }
        if let frames { sp_frames_close(frames) }
    }

    var pageNumbers: ClosedRange<UInt32>? {
        let last = max(count, newest.keys.max() ?? 0)
        return last == 0 ? nil : 1...last
    }

    /// The newest version of a page that is what was written; nil where there is none.
    func page(_ number: UInt32) -> [UInt8]? {
        if let frame = newest[number], let found = read(frame: frame) { return found.page }
        return read(page: number)
    }

    /// Pages that the database has, as its first page says, and the file has no room for.
    var cutOff: [UInt32] {
        guard let first = page(1), case let last = BTreePage.word(first, 28, 4), last > count else { return [] }
        return Array(count + 1...last)
    }

    /// Whether SQLite would not look into the file for it.
    func isInLog(_ number: UInt32) -> Bool { newest[number] != nil }

    private static func open(_ path: String, _ body: (inout OpaquePointer?) -> CInt) throws(StoreFailure)
        -> OpaquePointer?
    {
        var handle: OpaquePointer?
        let code = body(&handle)
        if [SQLITE_OK, SQLITE_NOTADB, SQLITE_EMPTY, SQLITE_CORRUPT].contains(code) { return handle }
        throw SealedResult.failure(code, path)
    }

    /// The one that opens any page; where none does, it does not matter.
    private static func key(of path: String, among keys: DataKeys) -> [UInt8] {
        let candidates = keys.all.map { $0.key(for: .pages) }
        return candidates.first { opensAny(path, $0) } ?? candidates[0]
    }

    private static let triedPagesMax: UInt32 = 8

    private static func opensAny(_ path: String, _ key: [UInt8]) -> Bool {
        var handle: OpaquePointer?
        guard sp_pages_open(path, key, &handle) == SQLITE_OK, let handle else { return false }
        defer { _ = sp_pages_close(handle) }
        var page = [UInt8](repeating: 0, count: pageBytes)
        return (0..<min(triedPagesMax, sp_pages_count(handle))).contains {
            sp_pages_read(handle, $0 + 1, &page) == SQLITE_OK
        }
    }

    private func readPages() {
        guard let pages, count > 0 else { return }
        var page = [UInt8](repeating: 0, count: Self.pageBytes)
        for number in 1...count {
            switch sp_pages_read(pages, number, &page) {
            case SQLITE_OK: continue
            case SQLITE_EMPTY: blank.insert(number)
            default: damagedPages.append(number)
            }
        }
        // One page that opens shows that the head is whole.
        guard count > 1, damagedPages.count + blank.count == Int(count) else { return }
        (isHeadless, damagedPages) = (true, [])
    }

    /// Up to the last transaction that is whole: what comes behind was not promised to anybody.
    private func readFrames(hasLog: Bool) {
        guard let frames else {
            isLogHeadless = hasLog && !isHeadless
            return
        }
        isLogHeadless = sp_frames_has_header(frames) == 0
        let marked = sp_frames_marked(frames)
        var open: [(page: UInt32, frame: UInt32)] = []
        for frame in 0..<frameCount {
            guard let found = read(frame: frame) else {
                if frame >= marked { break }
                damagedFrames.append(frame)
                continue
            }
            open.append((found.number, frame))
            if found.pages == 0 { continue }
            for entry in open { newest[entry.page] = entry.frame }
            open = []
        }
    }

    private func read(frame: UInt32) -> (number: UInt32, pages: UInt32, page: [UInt8])? {
        guard let frames else { return nil }
        var (number, pages): (UInt32, UInt32) = (0, 0)
        var page = [UInt8](repeating: 0, count: Self.pageBytes)
        guard sp_frames_read(frames, frame, &number, &pages, &page) == SQLITE_OK else { return nil }
        return (number, pages, page)
    }

    private func read(page number: UInt32) -> [UInt8]? {
        guard let pages, 1...max(count, 1) ~= number else { return nil }
        var page = [UInt8](repeating: 0, count: Self.pageBytes)
        return sp_pages_read(pages, number, &page) == SQLITE_OK ? page : nil
    }
}
