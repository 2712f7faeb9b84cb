import Foundation

/// One file of the package, as the rules of the house see it.
struct SourceFile: Sendable {
    /// Relative to the package: `Sources/SyncCore/Dot.swift`.
    let path: String
    let text: String
    /// The text without comments and without what stands in string literals, line for line; empty if it is not Swift.
    let code: String

    init(path: String, text: String) {
        self.path = path
        self.text = text
        code = path.hasSuffix(".swift") ? SwiftText.bare(text) : ""
    }

    /// The target that it belongs to: the folder below `Sources` or `Tests`.
    var room: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }
    var isSwift: Bool { path.hasSuffix(".swift") && !path.hasSuffix(".pb.swift") }
    var isTest: Bool { path.hasPrefix("Tests/") }
    var isSource: Bool { path.hasPrefix("Sources/") }
}

/// The files of the package, read from where this test was compiled.
enum Repository {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every text file at or below the named places.
    static func files(at places: [String]) -> [SourceFile] {
        places.flatMap { place in paths(at: place).compactMap(file) }
    }

    /// Nothing where there is no such text file.
    static func file(_ path: String) -> SourceFile? {
        guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else { return nil }
        return SourceFile(path: path, text: text)
    }

    private static func paths(at place: String) -> [String] {
        let below = FileManager.default.enumerator(atPath: root.appending(path: place).path)
        guard let names = below?.compactMap({ $0 as? String }), !names.isEmpty else { return [place] }
        return names.map { "\(place)/\($0)" }
    }
}

enum SwiftText {
    /// Comments, raw strings, long strings, strings. What is interpolated into a string counts as the string.
    private static let prose =
        ##"//[^\n]*|/\*[\s\S]*?\*/|(#+)"[\s\S]*?"\1|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*""##

    /// Blanks comments and literals, so that a rule about calls is not broken by a sentence about them.
    static func bare(_ text: String) -> String {
        var bare = ""
        var rest = text.startIndex
        for range in matches(of: prose, in: text) {
            bare += text[rest..<range.lowerBound] + "\"\"" + text[range].filter(\.isNewline)
            rest = range.upperBound
        }
        return bare + text[rest...]
    }

    /// The ranges of `text` that `pattern` matches, in order; `^` and `$` are the ends of a line.
    static func matches(of pattern: String, in text: String) -> [Range<String.Index>] {
        guard let expression = try? NSRegularExpression(pattern: pattern, options: .anchorsMatchLines) else {
            preconditionFailure("a rule's pattern is no regular expression: \(pattern)")
        }
        return expression.matches(in: text, range: NSRange(text.startIndex..., in: text))
            .compactMap { Range($0.range, in: text) }
    }

    static func line(of index: String.Index, in text: String) -> Int {
        text[..<index].count(where: \.isNewline) + 1
    }
}
