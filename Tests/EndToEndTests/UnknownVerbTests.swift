import Foundation
import Testing

@Suite("A verb that there is none of is named, with those that may have been meant")
struct UnknownVerbTests {
    @Test(
        "Whatever options stand behind it",
        arguments: [
            (Program.fieldsyncd, ["statsu", "--data", "x"], "statsu", "status"),
            (Program.fieldsyncd, ["device", "shwo", "1", "--data", "x"], "shwo", "show"),
            (Program.field, ["stauts", "--replica", "x"], "stauts", "status"),
        ])
    func named(program: Program, words: [String], verb: String, meant: String) throws {
        let run = try Command(program, words + ["--json"], in: FileManager.default.temporaryDirectory).run()
        #expect(try run.isRefused(2, "usage"), "\(run)")
        #expect(try run.error["message"].text == "There is no verb \"\(verb)\".")
        #expect(try run.error["hint"].text?.contains(meant) == true)
    }
}
