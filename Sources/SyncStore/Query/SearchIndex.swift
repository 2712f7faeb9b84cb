import FieldModel
import SyncCore

/// Full-text search over all text that a record shows. Chinese text is split into single characters and pairs, so
/// that one and two characters are found too.
enum SearchText {
    /// Words for the index: latin words as they are, every CJK character alone and with its right neighbour.
    static func indexed(_ texts: [String]) -> [UInt8] {
        // An ideograph of 3 bytes becomes at most 12: its pair, itself, and three spaces.
        let room = texts.reduce(0) { $0 + 4 * $1.utf8.count + 1 }
        return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            for var text in texts {
                if count > 0 {
                    buffer[count] = UInt8(ascii: "\n")
                    count += 1
                }
                count = text.withUTF8 { write($0, to: buffer, at: count) }
            }
        }
    }

    /// - Returns: the place behind what was written.
    private static func write(
        _ utf8: UnsafeBufferPointer<UInt8>, to out: UnsafeMutableBufferPointer<UInt8>, at place: Int
    ) -> Int {
        var place = place
        func put(_ byte: UInt8) {
            out[place] = byte
            place += 1
        }
        // Of the ideograph before this character; none: 0.
        var previous = 0
        var start = 0
        while start < utf8.count {
            let width = width(utf8[start])
            if isIdeograph(utf8, at: start, width) {
                if previous > 0 {
                    put(UInt8(ascii: " "))
                    for index in start - previous..<start + width { put(utf8[index]) }
                }
                put(UInt8(ascii: " "))
                for index in start..<start + width { put(utf8[index]) }
                put(UInt8(ascii: " "))
                previous = width
            } else {
                for index in start..<start + width { put(utf8[index]) }
                previous = 0
            }
            start += width
        }
        return place
    }

    /// Of a character in UTF-8, by its first byte.
    private static func width(_ first: UInt8) -> Int {
        switch first {
        case 0..<0x80: 1
        case 0x80..<0xE0: 2
        case 0xE0..<0xF0: 3
        default: 4
        }
    }

    private static func isIdeograph(_ utf8: UnsafeBufferPointer<UInt8>, at start: Int, _ width: Int) -> Bool {
        if width < 3 { return false }
        var scalar = UInt32(utf8[start]) & (width == 3 ? 0x0F : 0x07)
        for index in start + 1..<start + width { scalar = scalar << 6 | UInt32(utf8[index] & 0x3F) }
        return isIdeograph(scalar)
    }

    /// An FTS5 expression that finds all words of a query: latin words by prefix, runs of CJK characters by pairs.
    /// Nil when there is nothing to look for.
    static func expression(_ query: String) -> String? {
        var terms: [String] = []
        for word in words(query) {
            let scalars = Array(word.unicodeScalars)
            if let first = scalars.first, isIdeograph(first.value) {
                if scalars.count == 1 { terms.append("\"\(word)\"") }
                for index in scalars.indices.dropFirst() { terms.append("\"\(scalars[index - 1])\(scalars[index])\"") }
            } else {
                terms.append("\"\(word)\"*")
            }
        }
        return terms.isEmpty ? nil : terms.joined(separator: " AND ")
    }

    /// Runs of CJK characters, and runs of other letters and digits.
    private static func words(_ query: String) -> [String] {
        var out: [String] = []
        var current = ""
        var currentIsIdeographs = false
        for scalar in query.unicodeScalars {
            let ideograph = isIdeograph(scalar.value)
            let wordScalar = ideograph || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            if (!wordScalar || ideograph != currentIsIdeographs) && !current.isEmpty {
                out.append(current)
                current = ""
            }
            if wordScalar {
                current.unicodeScalars.append(scalar)
                currentIsIdeographs = ideograph
            }
        }
        return current.isEmpty ? out : out + [current]
    }

    private static func isIdeograph(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            true
        default: false
        }
    }

    /// A record's place in the index: its type and its row in the type's table.
    static func rowid(type: TypeTag, rowid: Int64) -> Int64 { Int64(type) << 40 | rowid }

    static func place(_ rowid: Int64) -> (type: TypeTag, rowid: Int64) {
        (TypeTag(truncatingIfNeeded: rowid >> 40), rowid & rowMax)
    }

    /// The last row that a type's table may have.
    static let rowMax: Int64 = (1 << 40) - 1
}

extension RecordTable {
    /// All text that the record shows, in UTF-8, split into words; nothing of a deleted one, which no list shows either.
    func searchText(_ state: RecordState) -> [UInt8] {
        if state.deletion != .present { return [] }
        var texts: [String] = []
        for columns in self.columns where columns.type == .text {
            let field = state[columns.tag]
            if columns.isSingle {
                if case .text(let text)? = columns.shown(field)?.value { texts.append(text) }
            } else {
                for case .text(let text) in field.inOrder.map(\.value) { texts.append(text) }
            }
        }
        return SearchText.indexed(texts)
    }

    /// Whether what is found depends on one of these fields.
    func hasSearchText(_ fields: [FieldTag]) -> Bool {
        fields.contains { $0 == .deleted || place(of: $0)?.columns.type == .text }
    }
}

extension WriteAccess {
    private static let insertText = FixedSQL("INSERT INTO search (rowid, text) VALUES (?, ?)")
    private static let deleteText = FixedSQL("INSERT INTO search (search, rowid, text) VALUES ('delete', ?, ?)")

    /// - Parameters:
    ///   - before: what the index has of the row; nil: nothing.
    ///   - changed: the fields that are not what they were; nil: any.
    func index(
        _ state: RecordState, of id: RecordID, before: RecordState?, changed: [FieldTag]?, rowid: Int64,
        table: RecordTable
    ) throws {
        if let changed, !table.hasSearchText(changed) { return }
        if table.entity.isPersonal {
            return try putPersonal(table.searchText(try opened(state, of: id)), rowid, table)
        }
        let text = table.searchText(state)
        if let before {
            if table.searchText(before) == text { return }
            try unindex(before, rowid: rowid, table: table)
        }
        try put(text, rowid, table, isRemoved: false)
    }

    /// A contentless index forgets a row when it is told the text that it holds.
    func unindex(_ state: RecordState, rowid: Int64, table: RecordTable) throws {
        if table.entity.isPersonal { return try putPersonal([], rowid, table) }
        try put(table.searchText(state), rowid, table, isRemoved: true)
    }

    private func put(_ text: [UInt8], _ rowid: Int64, _ table: RecordTable, isRemoved: Bool) throws {
        if text.isEmpty { return }
        let place = SearchText.rowid(type: table.entity.tag, rowid: rowid)
        searchTexts.append(SearchEntry(rowid: place, text: text, isRemoved: isRemoved))
        searchTextBytes += text.count
        if searchTextBytes >= Self.searchTextBytesMax { try settleSearch() }
    }

    /// Held back before it goes into the index.
    private static let searchTextBytesMax = 1_000_000

    /// Writes what this access has for the index, in the order of its rows: the index merges its parts each time that a row
    /// comes before the last one.
    func settleSearch() throws {
        let (insert, delete) = (try prepare(Self.insertText), try prepare(Self.deleteText))
        let order = searchTexts.indices.sorted { (searchTexts[$0].rowid, $0) < (searchTexts[$1].rowid, $1) }
        for entry in order.map({ searchTexts[$0] }) {
            let row = entry.isRemoved ? delete : insert
            row.bind(1, entry.rowid)
            row.bind(2, text: entry.text)
            try row.run()
        }
        searchTexts = []
        searchTextBytes = 0
    }
}

/// A row's text on its way into the search index, or out of it.
struct SearchEntry {
    let rowid: Int64
    let text: [UInt8]
    let isRemoved: Bool
}
