import SyncCore
import Testing

@Suite("Laws: forked dots, witnesses and records made by a rule")
struct RecordStateTests {
    private let tag: FieldTag = 3
    private let dot = Dot(ReplicaID(9), 1)
    private let author = RecordID(high: 1, low: 1)
    private let noon = Timestamp(milliseconds: 1_700_000_000_000, counter: 3)

    private func state(_ text: String, _ timestamp: Timestamp, author: UInt64 = 1, dot: Dot? = nil) -> RecordState {
        var state = RecordState()
        let write = Write(dot: dot ?? self.dot, fields: [FieldWrite(tag: tag, value: .text(text))])
        state.apply(write, timestamp: timestamp, author: RecordID(high: 1, low: author))
        return state
    }

    private func joined(_ a: RecordState, _ b: RecordState) -> RecordState {
        var joined = a
        joined.join(b)
        return joined
    }

    @Test("two contents of one dot: every replica keeps the same one, the latest")
    func forkedDot() throws {
        let contents = [state("z", .zero), state("a", noon), state("b", noon), state("a", noon, author: 2)]
        for (place, a) in contents.enumerated() {
            for (later, b) in contents.enumerated().dropFirst(place) {
                #expect(joined(a, b) == joined(b, a))
                #expect(joined(a, b) == contents[later])
            }
        }
    }

    @Test("a witness is a join, and says whether it brought anything")
    func witness() {
        let change = Change(type: 1, record: RecordID(high: 0, low: 0), effect: .witness(state("a", noon)))
        var node = state("b", noon, dot: Dot(ReplicaID(8), 4))
        let before = node
        let news = node.apply(change, timestamp: noon, author: author)
        #expect(node == joined(before, state("a", noon)))
        let newsAgain = node.apply(change, timestamp: noon, author: author)
        #expect(news && !newsAgain)
    }

    @Test("what a rule writes has timestamp zero and the rule as author, whoever ran it")
    func ruleWrite() throws {
        let rule = RecordID(high: 5, low: 5)
        let write = Write(
            dot: dot, creates: true, rule: rule, fields: [FieldWrite(tag: tag, value: .text("open"))])
        let change = Change(type: 1, record: RecordID(high: 0, low: 0), write: write)
        var states = [RecordState(), RecordState()]
        states[0].apply(change, timestamp: noon, author: author)
        states[1].apply(change, timestamp: noon.next, author: RecordID(high: 2, low: 2))
        #expect(states[0] == states[1])
        #expect(states[0][tag].siblings == [Sibling(dot: dot, timestamp: .zero, author: rule, value: .text("open"))])
    }

    @Test("a write contradicts a state that has another value under its dot, and nothing that the state does not have")
    func contradicted() {
        let there = state("a", noon)
        let write = { (fields: [FieldWrite]) in Write(dot: dot, fields: fields) }
        #expect(!there.contradicts(write([FieldWrite(tag: tag, value: .text("a"))])))
        #expect(there.contradicts(write([FieldWrite(tag: tag, value: .text("b"))])))
        #expect(there.contradicts(write([FieldWrite(tag: 4, value: .text("a"))])))
        let later = Write(dot: Dot(ReplicaID(9), 2), fields: [FieldWrite(tag: tag, value: .text("b"))])
        #expect(!there.contradicts(later))
        // What a rule made is the same under every dot.
        let made = Write(dot: dot, rule: author, fields: [FieldWrite(tag: tag, value: .text("b"))])
        #expect(!there.contradicts(made))
        // Another field's value, of somebody else, says nothing.
        var joined = there
        joined.apply(
            Write(dot: Dot(ReplicaID(8), 1), fields: [FieldWrite(tag: 5, value: .text("c"))]), timestamp: noon,
            author: author)
        #expect(!joined.contradicts(write([FieldWrite(tag: tag, value: .text("a"))])))
    }

    @Test("the greatest own n counts writes that were overwritten before they came")
    func greatestN() {
        var state = state("a", noon)
        let over = Write(
            dot: Dot(ReplicaID(4), 2),
            fields: [FieldWrite(tag: tag, value: nil, overwrites: [Dot(ReplicaID(9), 6), Dot(ReplicaID(8), 7)])])
        state.apply(over, timestamp: noon, author: author)
        #expect(state.greatestN(of: ReplicaID(9)) == 6)
        #expect(state.greatestN(of: ReplicaID(4)) == 2)
        #expect(state.greatestN(of: ReplicaID(5)) == 0)
    }
}
