import SwiftProtobuf
import SyncCore
import SyncWire
import Testing

@Suite("Limits of the wire, at and one past")
struct WireLimitTests {
    private static let own = ReplicaID(2)
    private static let author = RecordID(high: 1, low: 2)

    @Test("of a text's bytes", arguments: [Limits.valueBytesMax, Limits.valueBytesMax + 1])
    func valueBytes(count: Int) {
        let bytes = Self.set([[FieldWrite(tag: 1, value: .text(String(repeating: "x", count: count)))]])
        #expect(
            Self.error(bytes) == (count > Limits.valueBytesMax ? Self.tooLarge("a value", Limits.valueBytesMax) : nil))
    }

    @Test("of fields in a change", arguments: [Limits.fieldsPerChangeMax, Limits.fieldsPerChangeMax + 1])
    func fields(count: Int) {
        let bytes = Self.set([(1...count).map { FieldWrite(tag: FieldTag($0), value: .bool(true)) }])
        let limit = Limits.fieldsPerChangeMax
        #expect(Self.error(bytes) == (count > limit ? Self.tooLarge("fields in a change", limit) : nil))
    }

    @Test("of fields in all changes of a set", arguments: [Limits.changeSetFieldsMax, Limits.changeSetFieldsMax + 1])
    func allFields(count: Int) {
        let full = (1...100).map { FieldWrite(tag: FieldTag($0), value: .bool(true)) }
        let changes = Array(repeating: full, count: count / 100) + [Array(full.prefix(count % 100))]
        let limit = Limits.changeSetFieldsMax
        #expect(Self.error(Self.set(changes)) == (count > limit ? Self.tooLarge("fields in a set", limit) : nil))
    }

    @Test("of changes in a set", arguments: [Limits.changeSetChangesMax, Limits.changeSetChangesMax + 1])
    func changes(count: Int) {
        let bytes = Self.set(Array(repeating: [], count: count))
        let limit = Limits.changeSetChangesMax
        #expect(Self.error(bytes) == (count > limit ? Self.tooLarge("changes in a set", limit) : nil))
    }

    @Test("of a set's bytes", arguments: [0, 1])
    func setBytes(past: Int) {
        let limit = Limits.changeSetBytesMax
        let filled = (1...15).map { FieldWrite(tag: $0, value: .text(String(repeating: "x", count: 65_000))) }
        let rest = limit - Self.set([filled + [FieldWrite(tag: 16, value: .text(""))]]).count
        // The length of the last text, of its field and of the change take two bytes more each than those of nothing.
        let last = String(repeating: "x", count: rest - 4 + past)
        let bytes = Self.set([filled + [FieldWrite(tag: 16, value: .text(last))]])
        #expect(bytes.count == limit + past)
        #expect(Self.error(bytes) == (past > 0 ? Self.tooLarge("a change set", limit) : nil))
    }

    @Test("of a state's bytes")
    func stateBytes() {
        let limit = Limits.recordStateBytesMax
        let error = #expect(throws: WireError.self) {
            try RecordStateCodec.decode([UInt8](repeating: 0, count: limit + 1))
        }
        #expect(error == Self.tooLarge("a record's state", limit))
    }

    @Test("of the pieces of a message, which are counted before it is decoded")
    func pieces() {
        // A million empty certificates would be decoded to a hundred million bytes.
        let bomb = [UInt8](repeatElement([0x32, 0x00], count: 1_000_000).joined())
        let error = #expect(throws: WireError.self) { try WireRun(bounded: bomb) }
        #expect(error == Self.tooLarge("chain of Run", Limits.chainCertificatesMax))
    }

    @Test("of the ranges of a reconcile request", arguments: [0, 1])
    func pairs(past: Int) {
        var request = WireReconcileRequest()
        request.listed = Array(repeating: WireListedRange(), count: Limits.rangesPerReconcileMax + past)
        #expect(((try? WireReconcileRequest(bounded: request.encoded)) == nil) == (past > 0))
    }

    @Test("of the numbers in a list, packed in as many parts as there may be", arguments: [0, 1])
    func packed(past: Int) {
        var receipt = WireReceipt()
        receipt.undecided = Array(1...UInt64(Limits.runSetsMax - 1))
        let rest = WireReceipt.with { $0.undecided = [UInt64](repeating: .max, count: 1 + past) }
        #expect(((try? WireReceipt(bounded: receipt.encoded + rest.encoded)) == nil) == (past > 0))
        let hashes = [UInt64](repeating: .max, count: Limits.listedHashesMax - 1)
        let (most, last) = (WireListedRange.with { $0.hashes = hashes }, [0x22, 8] + [UInt8](repeating: 1, count: 8))
        let range = most.encoded + [[UInt8]](repeating: last, count: 1 + past).joined()
        var bytes: [UInt8] = [0x3A]
        var length = range.count
        while length > 127 {
            bytes.append(UInt8(length & 127) | 128)
            length >>= 7
        }
        bytes += [UInt8(length)] + range
        #expect(((try? WireReconcileRequest(bounded: bytes)) == nil) == (past > 0))
    }

    @Test("a field that may stand once is refused when it stands twice")
    func repeatedSingleField() {
        let error = #expect(throws: WireError.self) { try WirePullRequest(bounded: [0x20, 0x01, 0x20, 0x02]) }
        #expect(error == .malformed("page_bytes_max of PullRequest is repeated"))
    }

    @Test("fields of a later version of a request are passed over")
    func laterField() throws {
        var request = WirePullRequest()
        request.wait = 5
        #expect(try WirePullRequest(bounded: request.encoded + [0x7A, 0x01, 0xFF]).wait == 5)
    }

    private static func set(_ changes: [[FieldWrite]]) -> [UInt8] {
        let changes = changes.enumerated().map { index, fields in
            Change(type: 1, record: author, write: Write(dot: Dot(own, UInt64(index + 1)), fields: fields))
        }
        return ChangeSetCodec.encode(ChangeSet(timestamp: .zero, author: author, changes: changes), replica: own)
    }

    private static func error(_ bytes: [UInt8]) -> WireError? {
        do throws(WireError) {
            _ = try ChangeSetCodec.decode(bytes, replica: own)
            return nil
        } catch {
            return error
        }
    }

    private static func tooLarge(_ what: String, _ limit: Int) -> WireError { .tooLarge(what: what, limit: limit) }
}
