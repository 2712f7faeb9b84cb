/// The codes of the errors stand in two places that must agree: the catalogue for people, and the enum that the
/// programs answer with.
enum ErrorCatalogue {
    static let page = "protocol/errors.md"

    /// The file that declares the enum.
    static func source(among files: [SourceFile]) -> SourceFile? {
        files.first { $0.isSource && $0.code.contains("enum ErrorCode: String") }
    }

    /// The first cell of every row of the catalogue's tables: "| `code` | …".
    static func codes(inPage text: String) -> Set<String> {
        Set(SwiftText.matches(of: #"(?<=^\| `)[a-z_]+(?=` \|)"#, in: text).map { String(text[$0]) })
    }

    /// The raw values of the enum's cases: `case revoked, notFound = "not_found"`.
    static func codes(inSource text: String) -> Set<String> {
        let cases = SwiftText.matches(of: #"(?<=\bcase )\w+(?: = "\w+")?(?:, \w+(?: = "\w+")?)*$"#, in: text)
        return Set(cases.flatMap { text[$0].split(separator: ",").map(rawValue) })
    }

    private static func rawValue(of declared: Substring) -> String {
        let parts = declared.split(separator: "\"")
        return (parts.count > 1 ? parts[1] : parts[0]).filter { $0 != " " }
    }

    /// One sentence for each code that stands in one place only.
    static func disagreements(page: String, source: String) -> [String] {
        let told = codes(inPage: page)
        let answered = codes(inSource: source)
        return told.subtracting(answered).sorted().map { "\($0) is in the catalogue, but nothing answers it" }
            + answered.subtracting(told).sorted().map { "\($0) is answered, but not in the catalogue" }
    }
}
