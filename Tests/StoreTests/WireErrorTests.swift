import Foundation
import SyncWire
import Testing

@Suite("The catalogue of errors")
struct WireErrorTests {
    private static let page = WireVector.folder.deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "errors.md")

    @Test(
        "every code has its row in protocol/errors.md, in both languages, as the catalogue says",
        arguments: ErrorCode.allCases)
    func row(code: ErrorCode) throws {
        let lines = try String(contentsOf: Self.page, encoding: .utf8).split(separator: "\n")
        let entry = code.entry
        let english =
            "| `\(code.rawValue)` | \(entry.status) | \(entry.exit) | \(entry.errorClass.rawValue) | "
            + "\(entry.meaning.en) | \(entry.action.en) |"
        let chinese = "| `\(code.rawValue)` | \(entry.meaning.zh) | \(entry.action.zh) |"
        #expect(lines.filter { $0.hasPrefix("| `\(code.rawValue)` |") } == [english[...], chinese[...]])
    }

    @Test("exit codes and statuses are those that there are", arguments: ErrorCode.allCases)
    func ranges(code: ErrorCode) {
        #expect([2, 3, 4, 10, 11, 12, 14, 15, 16, 17, 74, 75].contains(code.entry.exit))
        #expect(400..<600 ~= code.entry.status)
        #expect(!code.entry.meaning.zh.isEmpty && !code.entry.action.zh.isEmpty)
    }

    @Test("a problem document is JSON, whatever its texts hold")
    func problem() throws {
        let detail = "a \"quote\", a \\ and \u{0}\u{1F}\n 压缩机 \u{2028}😀"
        let problem = Problem(.sequenceGap, detail: detail, details: ["next_seq": "7", "a\"b": "\t"])
        #expect(try JSONDecoder().decode(Problem.self, from: Data(problem.json)) == problem)
        let object = try JSONSerialization.jsonObject(with: Data(problem.json)) as? [String: Any]
        #expect(object?["type"] as? String == "urn:fieldsync:error:sequence_gap")
        #expect(object?["status"] as? Int == 409)
        #expect(object?["retryable"] as? Bool == false)
    }

    @Test("a problem without words of its own has the catalogue's")
    func problemWords() {
        let problem = Problem(.revoked)
        #expect(problem.detail == ErrorCode.revoked.entry.meaning.en)
        #expect(problem.hint == ErrorCode.revoked.entry.action.en)
        #expect(Problem(.busy).retryable)
    }

    @Test("an error of the wire is answered by the code of the catalogue")
    func wireErrors() {
        let codes: [(WireError, ErrorCode)] = [
            (.malformed("x"), .badRequest), (.tooLarge(what: "x", limit: 1), .payloadTooLarge),
            (.decompressionLimit(1), .decompressionLimit), (.badSignature("x"), .badSignature),
            (.upgradeRequired("x"), .upgradeRequired), (.expired("x"), .certificateExpired),
            (.untrusted("x"), .untrusted),
        ]
        for (error, code) in codes { #expect(Problem(error) == Problem(code, detail: error.detail)) }
    }
}
