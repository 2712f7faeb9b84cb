/// A row of a CSV file (RFC 4180) as it stood there.
struct DelimitedRow: Equatable {
    /// The line of the file on which the row starts, 1 the first. A quoted cell may go over several lines.
    let line: Int
    let cells: [String]
}

/// Splits CSV text into rows. It takes what real exports contain: CR LF or LF, a quote inside an unquoted cell, a last
/// line without an end; a quoted cell that never ends takes the rest of the text, as RFC 4180 says.
struct DelimitedText: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The next row that is not an empty line.
    mutating func next() -> DelimitedRow? {
        while index < bytes.count {
            let row = row()
            if row.cells != [""] { return row }
        }
        return nil
    }

    private mutating func row() -> DelimitedRow {
        let start = line
        var cells: [String] = []
        repeat { cells.append(cell()) } while take(Self.comma)
        _ = take(Self.carriageReturn)
        if take(Self.lineFeed) { line += 1 }
        return DelimitedRow(line: start, cells: cells)
    }

    private mutating func cell() -> String {
        if !take(Self.quote) { return bare() }
        var content: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == Self.quote && !take(Self.quote) { break }
            if byte == Self.lineFeed { line += 1 }
            content.append(byte)
        }
        return String(decoding: content, as: UTF8.self) + bare()
    }

    private mutating func bare() -> String {
        let start = index
        while index < bytes.count, bytes[index] != Self.comma, bytes[index] != Self.lineFeed, !isLineEnd { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private var isLineEnd: Bool {
        bytes[index] == Self.carriageReturn && (index + 1 == bytes.count || bytes[index + 1] == Self.lineFeed)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }
}
