import Foundation
import Testing

@Suite("The rules of protocol/README.md")
struct WireRuleTests {
    private static let root = WireVector.folder.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("have numbers that ascend")
    func ascend() throws {
        let numbers = try Self.rules().compactMap { Int($0.dropFirst(2)) }
        #expect(numbers.count > 50)
        #expect(numbers == Set(numbers).sorted())
    }

    @Test("are all that the vectors name")
    func vectors() throws {
        let named = try WireVector.names().flatMap { try WireVector(named: $0).text("rule").split(separator: " ") }
        #expect(try Set(named.map(String.init)).subtracting(Self.rules()) == [])
    }

    @Test("are all that the code names")
    func code() throws {
        let named = try Self.sources().flatMap { try Self.matches(of: #"R-\d+"#, in: $0) }
        #expect(try Set(named).subtracting(Self.rules()) == [])
    }

    @Test("are each named by the code where it obeys them")
    func obeyed() throws {
        let named = try Self.sources().flatMap { try Self.matches(of: #"R-\d+"#, in: $0) }
        #expect(try Set(Self.rules()).subtracting(named) == [])
    }

    private static func rules() throws -> [String] {
        try matches(of: #"(?m)(?<=^\*\*)R-\d+"#, in: root.appending(path: "protocol/README.md"))
    }

    private static func sources() throws -> [URL] {
        let folder = root.appending(path: "Sources")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).flatMap { room in
            let files = FileManager.default.enumerator(
                at: folder.appending(path: room).resolvingSymlinksInPath(), includingPropertiesForKeys: nil)
            return (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
        }
    }

    private static func matches(of pattern: String, in file: URL) throws -> [String] {
        let text = try String(contentsOf: file, encoding: .utf8)
        return try NSRegularExpression(pattern: pattern).matches(in: text, range: NSRange(text.startIndex..., in: text))
            .compactMap { Range($0.range, in: text).map { String(text[$0]) } }
    }
}
