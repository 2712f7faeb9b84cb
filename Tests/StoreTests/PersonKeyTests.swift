import SyncCore
import SyncWire
import Testing

@Suite("Keys of persons")
struct PersonKeyTests {
    private static let person = RecordID(high: 0x0190_0000_0000_7001, low: 0x8000_0000_0000_0001)
    private let key = PersonKey(person: person, bytes: (0..<32).map { UInt8($0) })

    @Test(
        "A sealed value opens with its key, in its place alone",
        arguments: [
            Value.text("13812341234"), .text(""), .text("张伟"), .integer(-7), .date(days: 9000),
            .text(String(repeating: "x", count: Limits.valueBytesMax)),
        ])
    func opens(value: Value) throws {
        guard case .sealed(let id, let content) = key.seal(value, of: Self.person, 6) else {
            Issue.record("not sealed")
            return
        }
        #expect(id == key.id)
        #expect(content.count <= Limits.sealedValueBytesMax)
        #expect(key.open(content, of: Self.person, 6) == value)
        #expect(key.open(content, of: Self.person, 7) == nil)
        #expect(key.open(content, of: RecordID(high: 1, low: 2), 6) == nil)
        let other = PersonKey(person: Self.person, bytes: [UInt8](repeating: 1, count: 32))
        #expect(other.open(content, of: Self.person, 6) == nil)
        #expect(other.id != key.id)
        var changed = content
        changed[content.count - 1] ^= 1
        #expect(key.open(changed, of: Self.person, 6) == nil)
        #expect(key.open([], of: Self.person, 6) == nil)
    }

    @Test("The same value in the same field is the same to a merge; elsewhere it tells nothing")
    func isDeterministic() {
        #expect(key.seal("a", of: Self.person, 6) == key.seal("a", of: Self.person, 6))
        #expect(key.seal("a", of: Self.person, 6) != key.seal("b", of: Self.person, 6))
        #expect(key.seal("a", of: Self.person, 6) != key.seal("a", of: Self.person, 7))
    }

    @Test("A key that is offered for somebody else is another key")
    func isBoundToItsPerson() {
        #expect(PersonKey(person: RecordID(high: 5, low: 6), bytes: key.bytes).id != key.id)
    }

    @Test("A key travels as it is, one that is gone as its id alone, and nothing else is taken")
    func travels() throws {
        #expect(try WirePersonKey(.key(key)).carried() == .key(key))
        #expect(try WirePersonKey(.gone(7)).carried() == .gone(7))
        var half = WirePersonKey(.key(key))
        half.key = half.key.prefix(31)
        #expect(throws: WireError.self) { try half.carried() }
        var both = WirePersonKey(.key(key))
        both.id = 7
        #expect(throws: WireError.self) { try both.carried() }
        #expect(throws: WireError.self) { try WirePersonKey().carried() }
    }
}
