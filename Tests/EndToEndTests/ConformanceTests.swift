import Foundation
import Testing

@Suite("Conformance: an implementation in another language, written from protocol/ alone")
struct ConformanceTests {
    private static let repository = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func run(_ arguments: [String], of repository: URL = repository, in folder: URL) throws -> Outcome {
        let program = repository.appending(path: "protocol/conformance/run").path
        return try Command(path: program, arguments, in: folder).run()
    }

    /// The lines that a reader wants to see.
    private func failures(_ outcome: Outcome) -> String {
        outcome.text.split(separator: "\n").filter { !$0.hasPrefix("ok ") }.joined(separator: "\n") + outcome.complaint
    }

    @Test("It reads every vector as the vector says")
    func vectors() throws {
        let outcome = try run(["vectors"], in: FileManager.default.temporaryDirectory)
        #expect(outcome.exit == 0, "\(failures(outcome))")
    }

    @Test("Every rule of the protocol has a vector, a check or a test")
    func rules() throws {
        let outcome = try run(["rules"], in: FileManager.default.temporaryDirectory)
        #expect(outcome.exit == 0, "\(failures(outcome))")
    }

    @Test(
        "It would notice one wrong word in a vector",
        arguments: [
            ("wire/run-first", "\"expect\": \"ok\"", "\"expect\": \"malformed\""),
            ("wire/state-superseded", "551c633e", "551c633f"),
            ("merge/superseded-roaming", "\"shown\":\"kept\"", "\"shown\":\"lost\""),
        ])
    func wrongVector(vector: String, word: String, wrong: String) throws {
        let copy = FileManager.default.temporaryDirectory.appending(path: "fs-vectors-\(UUID())")
        defer { try? FileManager.default.removeItem(at: copy) }
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: Self.repository.appending(path: "protocol"), to: copy.appending(path: "protocol"))
        let file = copy.appending(path: "protocol/vectors/\(vector).json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacingOccurrences(of: word, with: wrong).write(to: file, atomically: true, encoding: .utf8)
        let outcome = try run(["vectors"], of: copy, in: copy)
        #expect(outcome.exit == 1)
        #expect(outcome.text.split(separator: "\n").filter { $0.hasPrefix("FAILED") }.count == 1)
        #expect(outcome.text.contains(" \(vector): "), "\(failures(outcome))")
    }

    @Test("It exchanges with a branch, and what it wrote is the same at HQ, at the branch and on a device of ours")
    func exchange() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let li = try tiers.device("li", at: perth)
            let codes = try ["wang", "zhao"].map { try code(for: $0, at: perth) }
            let nodes = ["--url", perth.url, "--hq", tiers.hq.url]
            try li.done("new", "asset", "serial=by file")
            let exported = tiers.folder.appending(path: "li.bundle").path
            try li.done("bundle", "export", exported)
            let carry = "\(Program.fieldsyncd.path) bundle import {in} --answer {out} --data \(perth.folder.path)"
            let outcome = try run(
                ["exchange", "--code", codes[0], "--second-code", codes[1], "--carry", carry, "--bundle", exported]
                    + nodes, in: tiers.folder)
            #expect(outcome.exit == 0, "\(failures(outcome))")
            #expect(try eventually(within: 20) { try Tiers.agree([tiers.hq, perth], [li]) })
            let rule = try li.done("search", "by rule")["items"]
            #expect(rule.items.count == 1)
            let notes = try tiers.hq.dump().split(separator: "\n").first { $0.contains("by the clone") }
            for note in ["hydraulics checked", "by the device", "unseen", "awaited"] {
                #expect(notes?.contains("\"\(note)\"") == true, "\(note)")
            }
            #expect(try li.verb("verify").exit == 0)
            #expect(try tiers.hq.verb("verify").exit == 0)
        }
    }

    private func code(for login: String, at node: ServedNode) throws -> String {
        try node.done(
            "user", "add", "--name", login, "--display", login, "--role", "technician", "--role", "parts_keeper")
        return try #require(try node.done("device", "invite", "--user", login)["code"].text)
    }
}
