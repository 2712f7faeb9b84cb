import SyncCore
import Testing

@Suite("Laws: a device's own writes over its base")
struct OwnWritesTests {
    private let me = ReplicaID(5)
    private let person = RecordID(high: 1, low: 1)

    private func write(_ n: UInt64, creates: Bool = false, overwrites: [Dot] = []) -> Write {
        Write(
            dot: Dot(me, n), creates: creates,
            fields: [FieldWrite(tag: 3, value: .integer(Int64(n)), overwrites: overwrites)])
    }

    private func own(_ write: Write) -> OwnChange {
        OwnChange(
            change: Change(type: 1, record: RecordID(high: 0, low: 0), write: write), timestamp: .zero, author: person)
    }

    private func base(_ writes: Write...) -> RecordState {
        writes.reduce(into: RecordState()) { $0.apply($1, timestamp: .zero, author: person) }
    }

    @Test("the next n is above the last one wherever that one stands")
    func nextN() {
        let stranger = Dot(ReplicaID(6), 90)
        let next = { (shown: RecordState?, own: [Dot]) in Layered.nextN(replica: me, shown: shown, own: own) }
        #expect(next(nil, []) == 1)
        #expect(next(base(write(4)), []) == 5)
        #expect(next(base(write(4, overwrites: [Dot(me, 7)])), []) == 8)
        #expect(next(base(write(4)), [Dot(me, 6), Dot(me, 2), stranger]) == 7)
    }

    @Test("a node that shows an own dot that was never made, or with another value, shows a fork; nothing else does")
    func forked() {
        let isForked = { (state: RecordState, base: RecordState?, made: [Write]) in
            Layered.isForked(me, by: state, base: base, made: made)
        }
        let made = [write(1), write(2)]
        #expect(!isForked(RecordState(), nil, made))
        #expect(!isForked(base(write(1), write(2)), nil, made))
        #expect(!isForked(base(write(1)), base(write(1)), []), "its set is no longer kept, the base knows it")
        #expect(isForked(base(write(3)), nil, made))
        #expect(isForked(base(write(1, overwrites: [Dot(me, 9)])), nil, made))
        let other = Write(dot: Dot(me, 2), fields: [FieldWrite(tag: 3, value: .integer(77))])
        #expect(isForked(base(other), nil, made))
        #expect(isForked(base(other), base(other), made), "again, after it was joined")
        let stranger = Write(dot: Dot(ReplicaID(6), 5), fields: [FieldWrite(tag: 3, value: .integer(1))])
        #expect(!isForked(base(stranger), nil, made))
    }

    @Test("without a base only an own set that creates the record shows it")
    func shown() {
        #expect(Layered.shown(base: nil, own: []) == nil)
        #expect(Layered.shown(base: nil, own: [own(write(2))]) == nil)
        #expect(
            Layered.shown(base: nil, own: [own(write(1, creates: true)), own(write(2))]) == base(write(1), write(2)))
        #expect(Layered.shown(base: base(write(1)), own: [own(write(2))]) == base(write(1), write(2)))
    }

    @Test("what the base knows is pending no more")
    func pending() {
        let writes = [write(1), write(2), write(3)]
        #expect(Layered.pending(base: nil, own: writes.map(own)) == writes)
        #expect(Layered.pending(base: base(write(2)), own: writes.map(own)) == [write(1), write(3)])
    }

    @Test("a write names what the pending writes that it overwrites had overwritten, through any number of them")
    func closure() {
        let (first, stranger) = (Dot(ReplicaID(6), 1), Dot(ReplicaID(7), 1))
        let pending = [
            write(1, overwrites: [first]), write(2, overwrites: [Dot(me, 1)]), write(3, overwrites: [stranger]),
        ]
        let last = FieldWrite(tag: 3, value: .bool(true), overwrites: [Dot(me, 2)])
        #expect(last.closed(over: pending).overwrites == [Dot(me, 1), Dot(me, 2), first])
        #expect(last.closed(over: []) == last)
        let elsewhere = FieldWrite(tag: 4, value: .bool(true), overwrites: [Dot(me, 2)])
        #expect(elsewhere.closed(over: pending) == elsewhere)
    }
}
