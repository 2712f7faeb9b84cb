import SyncCore
import Testing

@Suite("Laws: own sets that are written again under another replica")
struct ReauthoringTests {
    private let author = RecordID(high: 1, low: 1)
    private let record = RecordID(high: 0, low: 5)
    private let rule = RecordID(high: 8, low: 8)

    private func dot(_ n: UInt64, by replica: UInt64 = 1) -> Dot { Dot(ReplicaID(replica), n) }

    private func set(_ number: UInt8, _ changes: Change...) -> OwnSet {
        OwnSet(
            hash: [number],
            set: ChangeSet(
                timestamp: Timestamp(milliseconds: Int64(number), counter: 0), author: author, changes: changes))
    }

    private func change(_ n: UInt64, _ value: Value?, overwrites: [Dot] = [], rule: RecordID? = nil) -> Change {
        Change(
            type: 1, record: record,
            write: Write(
                dot: dot(n), creates: n == 1, rule: rule,
                fields: [FieldWrite(tag: 3, value: value, overwrites: overwrites)]))
    }

    private func rewrite(_ sets: OwnSet...) -> [ChangeSet] {
        var next: UInt64 = 0
        return Reauthoring.rewrite(sets) { _ in
            next += 1
            return dot(next, by: 2)
        }
    }

    @Test("own dots are renamed wherever they stand, those of others stay, and each set names the one that it replaces")
    func renamed() throws {
        let seen = KnownDots([dot(4), dot(1, by: 3)])
        let sets = rewrite(
            set(1, change(4, .text("a"), overwrites: [dot(1, by: 3)])),
            set(2, change(7, .known(seen), overwrites: [dot(4)])))
        let writes = try sets.map { try #require($0.changes[0].write) }
        #expect(writes.map(\.dot) == [dot(1, by: 2), dot(2, by: 2)])
        #expect(writes.map { $0.fields[0].overwrites } == [[dot(1, by: 3)], [dot(1, by: 2)]])
        #expect(writes[0].fields[0].value == .text("a"))
        #expect(writes[1].fields[0].value == .known(KnownDots([dot(1, by: 2), dot(1, by: 3)])))
        #expect(sets.map(\.replaces) == [[1], [2]])
        #expect(sets.map(\.timestamp.milliseconds) == [1, 2])
    }

    @Test("a clearing stays one; of another record's dots nothing is renamed")
    func cleared() throws {
        let elsewhere = Change(
            type: 1, record: RecordID(high: 0, low: 6),
            write: Write(dot: dot(4), fields: [FieldWrite(tag: 3, value: nil, overwrites: [dot(9)])]))
        let write = try #require(rewrite(set(1, change(9, .text("a"))), set(2, elsewhere))[1].changes[0].write)
        #expect(write.fields == [FieldWrite(tag: 3, value: nil, overwrites: [dot(9)])])
        #expect(write.dot == dot(2, by: 2))
    }

    @Test("what a rule made and what a witness says are nobody's own, and stay as they are")
    func notOwn() {
        let made = change(1, .text("a"), rule: rule)
        let witness = Change(type: 1, record: record, effect: .witness(RecordState()))
        #expect(rewrite(set(1, made, witness))[0].changes == [made, witness])
    }
}
