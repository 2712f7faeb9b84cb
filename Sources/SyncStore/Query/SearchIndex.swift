import FieldModel
import Foundation
import GRDB
import SyncCore

/// Full-text search over all text that a record shows. Chinese text is split into single characters and pairs, so
/// that one and two characters are found too.
enum SearchText {
    /// Words for the index: latin words as they are, every CJK character alone and with its right neighbour.
    static func indexed(_ text: String) -> String {
        var out = ""
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if isIdeograph(scalar) {
                if let previous {
                    out.unicodeScalars.append(" ")
                    out.unicodeScalars.append(previous)
                    out.unicodeScalars.append(scalar)
                }
                out.unicodeScalars.append(" ")
                out.unicodeScalars.append(scalar)
                out.unicodeScalars.append(" ")
                previous = scalar
            } else {
                out.unicodeScalars.append(scalar)
                previous = nil
            }
        }
        return out
    }

    /// An FTS5 expression that finds all words of a query: latin words by prefix, runs of CJK characters by pairs.
    /// Nil when there is nothing to look for.
    static func expression(_ query: String) -> String? {
        var terms: [String] = []
        for word in words(query) {
            let scalars = Array(word.unicodeScalars)
            if let first = scalars.first, isIdeograph(first) {
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
            let ideograph = isIdeograph(scalar)
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

    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
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
    /// All text that the record shows; nothing of a deleted one, which no list shows either.
    func searchText(_ state: RecordState) -> String {
        if state.deletion != .present { return "" }
        var parts: [String] = []
        for columns in self.columns where columns.field.type == .text {
            let field = state[columns.field.tag]
            let values =
                FieldColumns.isSingle(columns.field.kind)
                ? columns.field.shown(field).map { [$0.value] } ?? [] : field.inOrder.map(\.value)
            for case .text(let text) in values { parts.append(text) }
        }
        return SearchText.indexed(parts.joined(separator: "\n"))
    }
}

extension WriteAccess {
    func index(_ state: RecordState, before: RecordState?, rowid: Int64, table: RecordTable) throws {
        let text = table.searchText(state)
        if let before {
            if table.searchText(before) == text { return }
            try unindex(before, rowid: rowid, table: table)
        }
        if text.isEmpty { return }
        try db.cachedStatement(sql: "INSERT INTO search (rowid, text) VALUES (?, ?)").execute(
            arguments: [SearchText.rowid(type: table.entity.tag, rowid: rowid), text])
    }

    /// A contentless index forgets a row when it is told the text that it holds.
    func unindex(_ state: RecordState, rowid: Int64, table: RecordTable) throws {
        let text = table.searchText(state)
        if text.isEmpty { return }
        try db.cachedStatement(sql: "INSERT INTO search (search, rowid, text) VALUES ('delete', ?, ?)").execute(
            arguments: [SearchText.rowid(type: table.entity.tag, rowid: rowid), text])
    }
}
