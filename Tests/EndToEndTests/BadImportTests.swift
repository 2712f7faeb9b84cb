import Foundation
import Testing

@Suite("Bad input: files that are imported")
struct BadImportTests {
    private static let samples = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "scripts/data")

    private let tiers: Tiers
    private let hq: ServedNode

    init() throws {
        tiers = try SharedTiers.tiers.get()
        hq = tiers.hq
    }

    private static let map = """
        {"source":"SOURCE","key":["Number"],"rows":[{"type":"account","as":"who","find":["name"],
        "set":{"name":"Customer","type":{"const":"company"}}},
        {"type":"site","set":{"account":{"ref":"who"},"name":"Place"}}]}
        """

    /// A file with its map beside it, of a source that nobody else imports.
    private func file(_ content: [UInt8], map: String = map) throws -> String {
        let name = SharedTiers.name("import")
        let file = tiers.folder.appending(path: "\(name).csv")
        try Data(content).write(to: file)
        let map = map.replacing("SOURCE", with: name)
        try Data(map.utf8).write(to: tiers.folder.appending(path: "\(name).map.json"))
        return file.path
    }

    private func figures(_ report: JSON) -> [Int?] {
        ["rows", "imported", "unchanged", "refused"].map { report[$0].number }
    }

    private static let rows = Array("Number,Customer,Place\r\n1,松江 & Co,\"Pit, north\"\r\n2,松江 & Co,South\r\n".utf8)

    @Test("The same file twice imports nothing the second time, at HQ or anywhere else")
    func twice() throws {
        // A customer whom no other test imports: its coming to the branch is this file's.
        let name = SharedTiers.name("Twice Co")
        let file = try file(Array("Number,Customer,Place\n1,\(name),North\n2,\(name),South\n".utf8))
        #expect(figures(try hq.done("import", file)) == [2, 2, 0, 0])
        #expect(figures(try hq.done("import", file)) == [2, 0, 2, 0])
        let perth = try SharedTiers.perth
        let account = try #require(try hq.done("list", "account", "name=\(name)")["items"][0]["id"].text)
        try hq.done("scope", "assign", "--to", "perth", "--account", account)
        let came = try eventually(within: 10) {
            try perth.done("list", "site", "account=\(account)")["items"].items.count == 2
        }
        #expect(came)
        #expect(figures(try perth.done("import", file)) == [2, 0, 2, 0])
    }

    @Test("A byte order mark before the first column is no part of its name")
    func byteOrderMark() throws {
        #expect(figures(try hq.done("import", file([0xEF, 0xBB, 0xBF] + Self.rows))) == [2, 2, 0, 0])
    }

    @Test("A dry run says what would come in, and brings nothing in")
    func dryRun() throws {
        let file = try file(Array("Number,Customer,Place\n1,Dry Co,Dry pit\n".utf8))
        let report = try hq.done("import", file, "--dry-run")
        #expect(figures(report) == [1, 1, 0, 0])
        #expect(report["dry_run"] == .flag(true))
        #expect(try hq.done("list", "account", "name=Dry Co")["items"].items == [])
    }

    @Test("A file without a column that the map names is refused, with the columns that it has")
    func missingColumn() throws {
        let outcome = try hq.verb("import", file(Array("Number,Client,Place\n1,A,B\n".utf8)))
        #expect(try outcome.isRefused(2, "usage"), "\(outcome)")
        #expect(try outcome.error["message"].text?.contains("Customer") == true)
        #expect(try outcome.error["hint"].text?.contains("Client") == true)
    }

    static let maps = ["", "{", "[]", #"{"source":"x"}"#, #"{"source":"x","key":["Number"],"rows":[{"type":1}]}"#]

    @Test("A map that cannot be read is refused", arguments: maps)
    func unreadableMap(map: String) throws {
        let outcome = try hq.verb("import", file(Self.rows, map: map))
        #expect(try outcome.isRefused(2, "usage"), "\(outcome)")
    }

    @Test("A map that is not there, or names a type or field that is not, is told as that")
    func wrongMap() throws {
        let file = try file(Self.rows)
        #expect(try hq.verb("import", file, "--map", "nowhere.json").isRefused(3, "not_found"))
        #expect(try hq.verb("import", "nowhere.csv", "--map", "nowhere.json").isRefused(3, "not_found"))
        let type = try self.file(Self.rows, map: Self.map.replacing("site", with: "place"))
        #expect(try hq.verb("import", type).isRefused(2, "unknown_type"))
        let field = try self.file(Self.rows, map: Self.map.replacing("\"name\":\"Place\"", with: "\"nam\":\"Place\""))
        #expect(try hq.verb("import", field).isRefused(2, "unknown_field"))
    }

    @Test("Bytes that are not of the encoding are told with their line")
    func wrongEncoding() throws {
        let outcome = try hq.verb("import", file(Self.rows + [0x33, 0x2C, 0xFF, 0xFE, 0x2C, 0x41, 0x0A]))
        #expect(try outcome.isRefused(2, "usage"), "\(outcome)")
        #expect(try outcome.error["message"].text?.contains("line 4") == true)
    }

    @Test("The Chinese sample, in GB18030 and with breaks inside cells, comes in but for its one broken line")
    func sample() throws {
        let file = Self.samples.appending(path: "维修工单.csv").path
        let first = try hq.verb("import", file)
        #expect(first.exit == 12)
        let report = try first.json
        #expect(figures(report) == [1200, 1199, 0, 1])
        let error = report["errors"][0]
        #expect(error.keys == ["line", "column", "code", "message"])
        #expect(error["line"] == .number(409) && error["code"] == .text("wrong_column_count"))
        #expect(figures(try hq.verb("import", file).json) == [1200, 0, 1199, 1])
        #expect(try hq.done("list", "account", "name=松江市政工程公司")["items"].items.count == 1)
    }
}
