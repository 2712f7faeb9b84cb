import Foundation
import Testing

@Suite("Bad input: what a record cannot be, and who may not write it")
struct BadRecordTests {
    struct Mistake: Sendable, CustomStringConvertible {
        /// `MACHINE` stands for a machine's number.
        let line: String
        let exit: Int32
        let code: String
        var description: String { line }
    }

    /// On a technician's device.
    static let mistakes = [
        Mistake(line: "new mashine serial=1", exit: 2, code: "unknown_type"),
        Mistake(line: "set MACHINE colour=red", exit: 2, code: "unknown_field"),
        Mistake(line: "set MACHINE cycles+=many", exit: 2, code: "invalid_value"),
        Mistake(line: "set MACHINE sale_date=tomorrow", exit: 2, code: "invalid_value"),
        Mistake(line: "new account type=shop", exit: 2, code: "unknown_choice"),
        Mistake(line: "set MACHINE firmware", exit: 2, code: "usage"),
        Mistake(line: "set MACHINE notes-=x", exit: 2, code: "usage"),
        Mistake(line: "set MACHINE", exit: 2, code: "usage"),
        Mistake(line: "set MACHINE condition=new", exit: 4, code: "derived"),
        Mistake(line: "set MACHINE invoice_no=1", exit: 4, code: "field_forbidden"),
        Mistake(line: "new product code=X", exit: 4, code: "field_forbidden"),
        Mistake(line: "new user login=x name=y", exit: 4, code: "field_forbidden"),
        Mistake(line: "get WO-HQ00-00-999999-0", exit: 3, code: "not_found"),
        Mistake(line: "delete ffffffff", exit: 3, code: "not_found"),
        Mistake(line: "resolve MACHINE --field colour --keep mine", exit: 2, code: "unknown_field"),
        Mistake(line: "amend 99 notes+=x", exit: 3, code: "not_found"),
        Mistake(line: "dump", exit: 2, code: "usage"),
    ]

    private static let device = Result { try SharedTiers.device() }
    private static let machine = Result { () throws -> String in
        let machine = try SharedTiers.machine()
        try device.get().sync()
        return machine
    }

    @Test("A mistake is told with a code, a sentence and a hint, and changes nothing", arguments: mistakes)
    func refused(mistake: Mistake) throws {
        let (device, machine) = (try Self.device.get(), try Self.machine.get())
        let words = mistake.line.replacing("MACHINE", with: machine).split(separator: " ").map(String.init)
        let before = try device.done("receipts")
        let outcome = try device.command(words + ["--json"]).run()
        #expect(try outcome.isRefused(mistake.exit, mistake.code), "\(outcome)")
        #expect(try device.done("receipts") == before)
    }

    @Test("A name that two records have is told with both of them")
    func ambiguous() throws {
        let perth = try SharedTiers.perth
        let code = SharedTiers.name("EX")
        for name in ["First", "Second"] { try perth.done("new", "product", "code=\(code)", "name=\(name)") }
        let outcome = try perth.verb("new", "asset", "serial=1", "model=\(code)")
        #expect(try outcome.isRefused(3, "ambiguous"), "\(outcome)")
        let candidates = try outcome.error["details"]["candidates"].items
        #expect(candidates.count == 2)
        #expect(candidates.allSatisfy { $0.keys.isSuperset(of: ["type", "id", "number"]) })
        #expect(candidates.allSatisfy { $0["type"] == .text("product") })
    }
}
