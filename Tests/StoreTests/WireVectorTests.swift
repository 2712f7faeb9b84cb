import SyncWire
import Testing

@Suite("Vectors: readers agree with protocol/vectors/wire")
struct WireVectorTests {
    @Test("a case is read as expected, or refused for the expected reason", arguments: WireVector.names())
    func agrees(case name: String) throws {
        let vector = try WireVector(named: name)
        #expect(try vector.text("name") == name)
        let (word, content) = outcome(of: vector)
        #expect(try word == vector.text("expect"))
        #expect(try content == vector.content())
    }

    @Test("what is read is written again as it was", arguments: WireVector.names())
    func writesAgain(case name: String) throws {
        let vector = try WireVector(named: name)
        guard try vector.text("expect") == "ok", let bytes = try vector.reencoded() else { return }
        #expect(try bytes == vector.bytes())
    }

    @Test("the cases of every message are there, most of them refusals")
    func nothingIsMissing() throws {
        let vectors = try WireVector.names().map { try WireVector(named: $0) }
        let least = [
            "ChangeSet": 70, "RecordState": 30, "Frame": 15, "Certificate": 25, "Run": 15, "Receipt": 14,
            "EnrolmentCode": 9, "ReadableNumber": 12, "Signature": 8, "Digests": 7, "ContentRange": 10,
            "PullRequest": 35, "PushRequest": 2, "ReconcileRequest": 6, "Bundle": 30, "AuditEntry": 4, "AuditHead": 11,
        ]
        for (message, count) in least {
            #expect(try vectors.count { try $0.text("message") == message } >= count, "\(message)")
        }
        #expect(try vectors.count { try $0.text("expect") != "ok" } > vectors.count / 2)
    }

    private func outcome(of vector: WireVector) -> (word: String, content: String?) {
        do {
            return ("ok", try WireVector.canonical(vector.decode()))
        } catch {
            return (WireVector.word(error), nil)
        }
    }
}
