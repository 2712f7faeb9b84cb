import Testing

@Suite("HouseRules: the rules of the house hold, and each of them can be broken")
struct HouseRulesTests {
    private static let places = [
        "Sources", "Tests", "protocol", "docs", "deploy", "scripts", ".ci", "Package.swift", "README.md",
        "CONTRIBUTING.md", "CHANGELOG.md",
    ]
    private static let files = Repository.files(at: places)

    @Test("the package's own files are found")
    func filesAreFound() {
        let rooms = Set(Self.files.filter(\.isSource).map(\.room))
        #expect(rooms.isSuperset(of: HouseRule.importsAllowed.keys))
        #expect(Self.files.contains { $0.path == "README.md" })
    }

    @Test("every file obeys", arguments: HouseRule.all)
    func obeyed(rule: HouseRule) {
        #expect(Self.files.flatMap(rule.offences) == [])
    }

    /// One file that breaks exactly one rule, and what it is told.
    struct Culprit: Sendable, CustomStringConvertible {
        let path: String
        let text: String
        let blamed: String
        var description: String { "\(path): \(blamed)" }
    }

    static let culprits: [Culprit] = [
        Culprit(path: "Sources/SyncCore/Dot.swift", text: "import Foundation\n", blamed: "import Foundation"),
        Culprit(path: "Sources/SyncWire/A.swift", text: "package import GRDB\n", blamed: "import GRDB"),
        Culprit(path: "Sources/field/A.swift", text: "import struct Hummingbird.Router\n", blamed: "Hummingbird"),
        Culprit(path: "Sources/Attic/A.swift", text: "struct A {}\n", blamed: "no wall"),
        Culprit(path: "Sources/SyncServer/a.c", text: "#include <curl/curl.h>\n", blamed: "belongs to CurlShim"),
        Culprit(path: "Sources/SyncStore/A.swift", text: "let now = Date()\n", blamed: "A.swift:1: Date()"),
        Culprit(path: "Sources/FieldModel/A.swift", text: "let id = UUID()\n", blamed: "UUID()"),
        Culprit(path: "Tests/StoreTests/A.swift", text: "\nlet a = try! b()\n", blamed: "A.swift:2: try!"),
        Culprit(path: "Sources/SyncClient/A.swift", text: "print(1)\n", blamed: "print("),
        Culprit(path: "Sources/Verbs/A.swift", text: "fatalError(why)\n", blamed: "fatalError("),
        Culprit(
            path: "Tests/CoreTests/A.swift", text: "try await Task.sleep(for: .seconds(1))\n", blamed: "Task.sleep"),
        Culprit(path: "Tests/CoreTests/A.swift", text: "usleep(10)\n", blamed: "usleep("),
        Culprit(path: "Sources/SyncCore/A.swift", text: "public struct A {}\n", blamed: "public"),
        Culprit(path: "docs/a.md", text: "TO" + "DO: write this\n", blamed: "left for later"),
        Culprit(path: "scripts/a", text: "cd /" + "root/field\n", blamed: "no path of one machine"),
        Culprit(path: "Sources/Verbs/A.swift", text: #"let q = "SELECT id FROM visit""#, blamed: "SQL stays"),
        Culprit(
            path: "Sources/SyncCore/A.swift", text: String(repeating: "\n", count: HouseRule.linesMax),
            blamed: "501 lines"),
    ]

    @Test("a file that breaks a rule is blamed for that rule alone", arguments: culprits)
    func blamed(culprit: Culprit) throws {
        let file = SourceFile(path: culprit.path, text: culprit.text)
        let offences = HouseRule.all.flatMap { $0.offences(file) }
        #expect(offences.count == 1)
        #expect(try #require(offences.first).contains(culprit.blamed))
    }

    @Test("no rule is without a culprit")
    func everyRuleIsShown() {
        for rule in HouseRule.all {
            let caught = Self.culprits.contains { !rule.offences(SourceFile(path: $0.path, text: $0.text)).isEmpty }
            #expect(caught, "nothing shows that this rule can fail: \(rule.name)")
        }
    }

    @Test(
        "sentences about a call are not calls",
        arguments: [
            "// never Date() here", "/* print(1)\n try! */", #"let why = "no UUID() here""#,
            "let a = \"\"\"\n try! b\n\"\"\"",
            "let a = #\"a \"fatalError(\" b\"#",
        ])
    func proseIsNotCode(text: String) {
        let file = SourceFile(path: "Sources/SyncCore/A.swift", text: text)
        #expect(HouseRule.all.flatMap { $0.offences(file) } == [])
    }

    @Test("code beside a sentence is still code")
    func codeBesideProse() {
        #expect(SwiftText.bare(#"f("a\"b") // c"#) == #"f("") """#)
        #expect(SwiftText.bare("/* a\nb */ c") == "\"\"\n c")
    }

    @Test(
        "the catalogue of errors and the codes that are answered agree",
        .enabled(if: Repository.file(ErrorCatalogue.page) != nil))
    func errorCodesAgree() throws {
        let page = try #require(Repository.file(ErrorCatalogue.page)).text
        let source = try #require(ErrorCatalogue.source(among: Self.files)).text
        #expect(ErrorCatalogue.codes(inPage: page).count >= 20)
        #expect(ErrorCatalogue.disagreements(page: page, source: source) == [])
    }

    @Test("a code that stands in one place only is told")
    func errorCodesDisagree() {
        let page = "| code | status |\n|---|---|\n| `revoked` | 403 |\n| `not_found` | 404 |\n"
        let source = "enum ErrorCode: String {\n    case gone, notFound = \"not_found\"\n}\n"
        #expect(
            ErrorCatalogue.disagreements(page: page, source: source) == [
                "revoked is in the catalogue, but nothing answers it", "gone is answered, but not in the catalogue",
            ])
    }
}
