import SyncCore
import Testing

@Suite("Laws: what is shown of a merged record")
struct ViewTests {
    private let author = RecordID(high: 1, low: 1)

    private func sibling(_ n: UInt64, _ value: Value, at milliseconds: Int64 = 0, by replica: UInt64 = 1) -> Sibling {
        Sibling(
            dot: Dot(ReplicaID(replica), n), timestamp: Timestamp(milliseconds: milliseconds, counter: 0),
            author: author, value: value)
    }

    private func record(_ fields: (FieldTag, [Sibling])...) -> RecordState {
        let siblings = fields.flatMap(\.1)
        return RecordState(
            known: KnownDots(siblings.map(\.dot)),
            fields: fields.map { RecordState.Field(tag: $0.0, state: FieldState(siblings: $0.1)) })
    }

    @Test("the latest of concurrent values is shown, of simultaneous ones that of the greater replica")
    func latest() {
        let state = FieldState(siblings: [
            sibling(1, .text("early"), at: 1), sibling(2, .text("late"), at: 2),
            sibling(1, .text("as late"), at: 2, by: 7),
        ])
        #expect(state.latest?.value == .text("as late"))
        #expect(state.inOrder.map(\.value) == [.text("early"), .text("late"), .text("as late")])
        #expect(FieldState().latest == nil)
    }

    @Test("of a ranked field the highest rank is shown, of equals the latest; a value without a rank is lowest")
    func highest() {
        let ranks: [Value: Int] = [.text("minor"): 0, .text("major"): 1]
        let state = FieldState(siblings: [
            sibling(1, .text("major"), at: 1), sibling(2, .text("minor"), at: 9), sibling(3, .text("major"), at: 2),
            sibling(4, .text("?"), at: 99),
        ])
        #expect(state.highest { ranks[$0] }?.dot.n == 3)
        #expect(
            FieldState(siblings: [sibling(1, .text("?")), sibling(2, .text("minor"))]).highest { ranks[$0] }?.value
                == .text("minor"))
    }

    @Test("a counter adds what is a number, and stops at the limits of 64 bits")
    func sum() {
        #expect(
            FieldState(siblings: [sibling(1, .integer(3)), sibling(2, .integer(-5)), sibling(3, .text("?"))]).sum == -2)
        #expect(FieldState(siblings: [sibling(1, .integer(.max)), sibling(2, .integer(1))]).sum == .max)
        #expect(FieldState(siblings: [sibling(1, .integer(.min)), sibling(2, .integer(-1))]).sum == .min)
    }

    @Test(
        "different concurrent values are a conflict where one is shown, and none where all are",
        arguments: FieldKind.allCases)
    func concurrent(kind: FieldKind) {
        let different = FieldState(siblings: [sibling(1, .text("a")), sibling(2, .text("b"))])
        let same = FieldState(siblings: [sibling(1, .text("a")), sibling(2, .text("a"))])
        let showsOne = [.register, .review, .ranked].contains(kind)
        #expect(different.isConcurrent(kind: kind) == showsOne)
        #expect(!same.isConcurrent(kind: kind))
    }

    @Test("a scope is a text or none")
    func scope() {
        #expect(record((.scope, [sibling(1, .text("org"))])).scope == "org")
        #expect(record((.scope, [sibling(1, .integer(7))])).scope == nil)
        #expect(RecordState().scope == nil)
    }

    @Test("a record is deleted when each of its values was seen by somebody who deleted it")
    func deletion() {
        let seen = Value.known(KnownDots([Dot(ReplicaID(1), 1)]))
        let scope = (FieldTag.scope, [sibling(9, .text("org"))])
        #expect(record((3, [sibling(1, .text("a"))]), scope).deletion == .present)
        #expect(record((3, [sibling(1, .text("a"))]), scope, (.deleted, [sibling(2, seen)])).deletion == .deleted)
        let edited = record(
            (3, [sibling(1, .text("a"))]), (4, [sibling(3, .text("b"))]), (.deleted, [sibling(2, seen)]))
        #expect(edited.deletion == .deletedButEdited([4]))
        // Two deleted it, and each saw what the other did not.
        let other = Value.known(KnownDots([Dot(ReplicaID(1), 3)]))
        let twice = record(
            (3, [sibling(1, .text("a"))]), (4, [sibling(3, .text("b"))]),
            (.deleted, [sibling(2, seen), sibling(4, other)]))
        #expect(twice.deletion == .deleted)
        // A value that says nothing of what was seen deletes what it is, and no more.
        #expect(
            record((3, [sibling(1, .text("a"))]), (.deleted, [sibling(2, .bool(true))])).deletion
                == .deletedButEdited([3]))
    }
}
