/// What the pages of a database hold, as far as those above them can still be read.
struct PageOwners {
    /// Tables and indexes by page; the tables' own list is "schema", the pages that wait for use are `unused`.
    private(set) var names: [UInt32: String] = [:]
    static let unused = "unused"
    static let schema = "schema"
    /// Free pages that SQLite never reads: nothing need stand there.
    private(set) var freeLeaves: Set<UInt32> = []

    private let image: PageImage

    init(_ image: PageImage) {
        self.image = image
        walk(1, as: Self.schema)
        for row in schemaRows() { walk(row.root, as: row.name) }
        walkFreeList()
    }

    private func schemaRows() -> [(name: String, root: UInt32)] {
        names.filter { $0.value == Self.schema }.keys.sorted().flatMap { number -> [(name: String, root: UInt32)] in
            guard let page = image.bTree(number) else { return [] }
            return page.cells.compactMap { cell in
                guard let row = image.columns(of: cell), row.count == 5, let name = row[2].text,
                    let root = row[3].integer.flatMap(UInt32.init(exactly:)), root > 0
                else { return nil }
                return (name, root)
            }
        }
    }

    private mutating func walk(_ root: UInt32, as name: String) {
        var open = [root]
        while let number = open.popLast() {
            guard names[number] == nil else { continue }
            names[number] = name
            guard let page = image.bTree(number) else { continue }
            open += page.children
            for cell in page.cells { walkOverflow(from: cell.overflow, as: name) }
        }
    }

    private mutating func walkOverflow(from first: UInt32?, as name: String) {
        var next = first ?? 0
        while next > 0, names[next] == nil {
            names[next] = name
            next = image.page(next).map { BTreePage.word($0, 0, 4) } ?? 0
        }
    }

    /// From the head of the first page: trunks, each with the next one and the leaves.
    private mutating func walkFreeList() {
        guard let first = image.page(1) else { return }
        var trunk = BTreePage.word(first, 32, 4)
        while trunk > 0, names[trunk] == nil {
            names[trunk] = Self.unused
            guard let page = image.page(trunk) else { return }
            let leaves = min(Int(BTreePage.word(page, 4, 4)), (PageImage.pageBytes - 8) / 4)
            for index in 0..<leaves {
                let leaf = BTreePage.word(page, 8 + 4 * index, 4)
                names[leaf] = Self.unused
                freeLeaves.insert(leaf)
            }
            trunk = BTreePage.word(page, 0, 4)
        }
    }
}

extension PageImage {
    /// Nil for a page that does not open, or is no b-tree's.
    func bTree(_ number: UInt32) -> BTreePage? { page(number).flatMap { BTreePage($0, number: number) } }

    /// The columns of a row; nil where part of it does not open.
    func columns(of cell: BTreePage.Cell) -> [SQLiteValue]? {
        var payload = Array(cell.local)
        var next = cell.overflow ?? 0
        while next > 0, payload.count < cell.payloadBytes {
            guard let page = page(next) else { return nil }
            let left = min(cell.payloadBytes - payload.count, Self.pageBytes - Self.reservedBytes - 4)
            payload += page[4..<4 + left]
            next = BTreePage.word(page, 0, 4)
        }
        return payload.count == cell.payloadBytes ? SQLiteReader.columns(payload) : nil
    }
}
