/// Bytes as numbered lines of characters that a person can type from paper: 15 bytes a line in Crockford's base 32, in
/// groups of four, and a last group that checks the line and its number.
package enum PaperLines {
    private static let lineBytes = 15
    /// 20 bits.
    private static let checkCharacters = 4
    /// Of what follows it.
    private static let lengthBytes = 2
    static let linesMax = 99

    package static func lines(of bytes: [UInt8]) -> [String] {
        precondition(bytes.count < linesMax * lineBytes - lengthBytes, "more than fits on a page")
        var content = [UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes
        content += Array(repeating: 0, count: (5 - content.count % 5) % 5)
        return stride(from: 0, to: content.count, by: lineBytes).enumerated().map { index, start in
            let part = Array(content[start..<min(start + lineBytes, content.count)])
            let values = Base32.values(of: part)
            let number = index + 1
            let padding = number < 10 ? " " : ""
            return padding + "\(number)  " + groups(values) + "  " + groups(check(number, part))
        }
    }

    /// The bytes of each page in a text; lines that do not begin with a number are passed over. A page begins with line 1.
    package static func pages(of text: String) throws(PaperError) -> [[UInt8]] {
        var pages: [[[UInt8]]] = []
        for line in text.split(whereSeparator: \.isNewline) {
            guard let (number, characters) = numbered(line) else { continue }
            if number == 1 { pages.append([]) }
            guard let expected = pages.last.map({ $0.count + 1 }) else { throw .missing(line: 1, page: 1) }
            guard number == expected else { throw .missing(line: expected, page: pages.count) }
            pages[pages.count - 1].append(try part(characters, line: number, page: pages.count))
        }
        guard !pages.isEmpty else { throw .empty }
        var whole: [[UInt8]] = []
        for (index, parts) in pages.enumerated() { whole.append(try bytes(of: parts, page: index + 1)) }
        return whole
    }

    /// The number at its beginning, and what follows; nil for a line that has none.
    private static func numbered(_ line: Substring) -> (Int, Substring)? {
        let line = line.drop(while: \.isWhitespace)
        let digits = line.prefix { $0.isASCII && $0.isNumber }
        let rest = line.dropFirst(digits.count)
        guard (1...2).contains(digits.count), let number = Int(digits), let next = rest.first,
            next.isWhitespace || ".:)".contains(next)
        else { return nil }
        return (number, rest.drop { $0.isWhitespace || ".:)".contains($0) })
    }

    private static func part(_ characters: Substring, line: Int, page: Int) throws(PaperError) -> [UInt8] {
        let values: [UInt8]
        do throws(EnrolmentCodeError) { values = try Base32.values(of: String(characters)) } catch {
            if case .character(let character) = error { throw .character(character, line: line, page: page) }
            throw .check(line: line, page: page)
        }
        let content = values.dropLast(checkCharacters)
        guard !content.isEmpty, content.count <= lineBytes / 5 * 8, content.count.isMultiple(of: 8) else {
            throw .length(values.count, line: line, page: page)
        }
        let bytes = Base32.bytes(content)
        guard check(line, bytes) == Array(values.suffix(checkCharacters)) else { throw .check(line: line, page: page) }
        return bytes
    }

    private static func bytes(of parts: [[UInt8]], page: Int) throws(PaperError) -> [UInt8] {
        let content = parts.flatMap { $0 }
        let count = Int(content[0]) << 8 | Int(content[1])
        guard content.count >= lengthBytes + count else { throw .missing(line: parts.count + 1, page: page) }
        return Array(content[lengthBytes..<lengthBytes + count])
    }

    private static func check(_ line: Int, _ bytes: [UInt8]) -> [UInt8] {
        let hash = Hash.sha256(Array("fieldsync paper 1".utf8), [UInt8(line)], bytes)
        return Array(Base32.values(of: Array(hash.prefix(5))).prefix(checkCharacters))
    }

    private static func groups(_ values: [UInt8]) -> String {
        let characters = values.map { Base32.alphabet[Int($0)] }
        return stride(from: 0, to: characters.count, by: 4).map {
            String(decoding: characters[$0..<min($0 + 4, characters.count)], as: UTF8.self)
        }.joined(separator: " ")
    }
}

/// What is wrong with lines that somebody typed.
package enum PaperError: Error, Equatable {
    /// No line begins with a number.
    case empty
    /// A character that no line has.
    case character(Character, line: Int, page: Int)
    /// A line of so many characters.
    case length(Int, line: Int, page: Int)
    /// The last group of the line does not fit the others, or the line has another number.
    case check(line: Int, page: Int)
    case missing(line: Int, page: Int)

    package var words: ErrorWords {
        switch self {
        case .empty: ErrorWords("There are no numbered lines of a backup.", "没有找到备份的编号行。")
        case .character(let character, let line, let page):
            ErrorWords(
                "Page \(page), line \(line): no line has the character \(character).",
                "第 \(page) 页第 \(line) 行：不会出现字符“\(character)”。")
        case .length(let count, let line, let page):
            ErrorWords(
                "Page \(page), line \(line) has \(count) characters: some are missing, or there are too many.",
                "第 \(page) 页第 \(line) 行有 \(count) 个字符：缺少字符或多了字符。")
        case .check(let line, let page):
            ErrorWords(
                "Page \(page), line \(line) is mistyped: compare it with the paper, its number too.",
                "第 \(page) 页第 \(line) 行有误：请与纸质备份逐字核对（包括行号）。")
        case .missing(let line, let page):
            ErrorWords("Page \(page), line \(line) is missing.", "缺少第 \(page) 页第 \(line) 行。")
        }
    }
}
