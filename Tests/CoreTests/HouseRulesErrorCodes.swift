/// The codes of the errors stand in two places that must agree: the catalogue for people, and the enum that the
/// programs answer with.
enum ErrorCatalogue {
    static let page = "protocol/errors.md"
    static let source = "Sources/SyncWire/ErrorCode.swift"

    /// The first cell of every row of the catalogue's table: "| `code` | …".
    static func codes(inPage text: String) -> Set<String> {
        Set(firstGroups(of: #"^\|\s*`[a-z_]+`"#, in: text))
    }

    /// The raw values of the enum's cases: "case badRequest = "bad_request"".
    static func codes(inSource text: String) -> Set<String> {
        Set(firstGroups(of: #"\bcase \w+ = "[a-z_]+""#, in: text))
    }

    /// One sentence for each code that stands in one place only.
    static func disagreements(page: String, source: String) -> [String] {
        let told = codes(inPage: page)
        let answered = codes(inSource: source)
        return told.subtracting(answered).sorted().map { "\($0) is in the catalogue, but nothing answers it" }
            + answered.subtracting(told).sorted().map { "\($0) is answered, but not in the catalogue" }
    }

    private static func firstGroups(of pattern: String, in text: String) -> [String] {
        SwiftText.matches(of: pattern, in: text).map { range in
            let quoted = text[range].drop { $0 != "`" && $0 != "\"" }.dropFirst()
            return String(quoted.prefix { $0 != "`" && $0 != "\"" })
        }
    }
}
