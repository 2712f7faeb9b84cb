/// One page of a SQLite database, read without SQLite: of a damaged database what is whole is still to be found.
/// See https://www.sqlite.org/fileformat2.html, chapter 1.6.
struct BTreePage {
    enum Kind: UInt8 {
        case indexInterior = 2
        case tableInterior = 5
        case indexLeaf = 10
        case tableLeaf = 13

        var isInterior: Bool { self == .indexInterior || self == .tableInterior }
        var isIndex: Bool { self == .indexInterior || self == .indexLeaf }
    }

    struct Cell {
        let rowid: Int64?
        /// Bytes of the whole payload, those of it that stand in this page, and the page with the next ones.
        let payloadBytes: Int
        let local: ArraySlice<UInt8>
        let overflow: UInt32?
    }

    let kind: Kind
    /// Pages below this one, in order.
    let children: [UInt32]
    let cells: [Cell]

    private static let usableBytes = PageImage.pageBytes - PageImage.reservedBytes

    /// Nil for a page that is no b-tree's.
    init?(_ bytes: [UInt8], number: UInt32) {
        // The first page begins with the database's own header.
        let start = number == 1 ? 100 : 0
        guard let kind = Kind(rawValue: bytes[start]) else { return nil }
        self.kind = kind
        let count = Int(Self.word(bytes, start + 3, 2))
        let pointers = start + (kind.isInterior ? 12 : 8)
        guard pointers + 2 * count <= Self.usableBytes else { return nil }
        var (children, cells): ([UInt32], [Cell]) = ([], [])
        for index in 0..<count {
            var at = Int(Self.word(bytes, pointers + 2 * index, 2))
            guard at >= pointers, at < Self.usableBytes - 4 else { return nil }
            if kind.isInterior {
                children.append(Self.word(bytes, at, 4))
                at += 4
            }
            if kind != .tableInterior, let cell = Self.cell(bytes, at, kind) { cells.append(cell) }
        }
        if kind.isInterior { children.append(Self.word(bytes, start + 8, 4)) }
        (self.children, self.cells) = (children, cells)
    }

    private static func cell(_ bytes: [UInt8], _ start: Int, _ kind: Kind) -> Cell? {
        var input = SQLiteReader(bytes[start..<usableBytes])
        guard let size = input.varint(), size >= 0, size < 1 << 31 else { return nil }
        var rowid: Int64?
        if !kind.isIndex {
            guard let number = input.varint() else { return nil }
            rowid = number
        }
        let local = localBytes(of: Int(size), isIndex: kind.isIndex)
        guard let payload = input.bytes(local) else { return nil }
        if local == Int(size) { return Cell(rowid: rowid, payloadBytes: local, local: payload, overflow: nil) }
        guard let next = input.bytes(4) else { return nil }
        return Cell(rowid: rowid, payloadBytes: Int(size), local: payload, overflow: word(next))
    }

    /// How much of a payload stands in the page itself.
    private static func localBytes(of size: Int, isIndex: Bool) -> Int {
        let most = isIndex ? (usableBytes - 12) * 64 / 255 - 23 : usableBytes - 35
        if size <= most { return size }
        let least = (usableBytes - 12) * 32 / 255 - 23
        let fitting = least + (size - least) % (usableBytes - 4)
        return fitting <= most ? fitting : least
    }

    static func word(_ bytes: [UInt8], _ at: Int, _ count: Int) -> UInt32 { word(bytes[at..<at + count]) }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
}
