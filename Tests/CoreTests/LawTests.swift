import SyncCore
import Testing

@Suite("Laws: small states and small histories, all of them")
struct LawTests {
    // MARK: the join

    private static let tags: [FieldTag] = [3, 300]
    private static let dots = [Dot(ReplicaID(1), 1), Dot(ReplicaID(.max), 1)]

    /// Every state that one dot can be in: unknown, and in each field overwritten before it came or not; or known, and
    /// in each field still a sibling or not.
    private static func states(of dot: Dot) -> [RecordState] {
        [false, true].flatMap { known in
            WriteSet.subsets(of: tags.count).map { marked in
                let sibling = Sibling(dot: dot, timestamp: .zero, author: RecordID(high: 0, low: 1), value: .bool(true))
                let there = known ? FieldState(siblings: [sibling]) : FieldState(superseded: [dot])
                return RecordState(
                    known: KnownDots(known ? [dot] : []),
                    fields: marked.indices.map { RecordState.Field(tag: tags[$0], state: there) })
            }
        }
    }

    /// Every pair of a state of the one dot and a state of the other, side by side in one record.
    private static let states = states(of: dots[0]).flatMap { a in
        states(of: dots[1]).map { b in
            RecordState(
                known: KnownDots(runs: a.known.runs + b.known.runs),
                fields: tags.map { tag in
                    RecordState.Field(
                        tag: tag,
                        state: FieldState(
                            siblings: a[tag].siblings + b[tag].siblings,
                            superseded: a[tag].superseded + b[tag].superseded))
                })
        }
    }

    @Test("the join of all states of two dots in two fields is commutative, associative and idempotent")
    func joinLaws() throws {
        let states = Self.states
        let place = Dictionary(uniqueKeysWithValues: zip(states, states.indices))
        #expect(place.count == 64)
        let join = try states.map { a in
            try states.map { b in
                var joined = a
                joined.join(b)
                return try #require(place[joined], "the join of \(a) and \(b) is no state of these dots")
            }
        }
        let empty = try #require(place[RecordState()])
        for a in states.indices {
            #expect(join[a][a] == a && join[a][empty] == a)
            for b in states.indices {
                #expect(join[a][b] == join[b][a])
                let unlike = states.indices.filter { join[join[a][b]][$0] != join[a][join[b][$0]] }
                #expect(unlike.isEmpty)
            }
        }
    }

    // MARK: every history

    private struct Case {
        let written: WrittenHistory
        /// By the number of the set of delivered writes.
        let wanted: [RecordState]

        init(_ history: CausalHistory, choices: Int) {
            written = WrittenHistory(history, choices: choices)
            wanted = written.expectedStates()
        }

        /// The state is the same whichever write came last; by induction, then, in every order of delivery, those
        /// against causality included.
        var holdsInEveryOrder: Bool {
            WriteSet.subsets(of: written.count).allSatisfy { delivered in
                delivered.indices.allSatisfy { last in
                    var state = wanted[delivered.subtracting(.only(last)).rawValue]
                    let isNew = written.apply(last, to: &state)
                    let isNewAgain = written.apply(last, to: &state)
                    return isNew && !isNewAgain && state == wanted[delivered.rawValue]
                }
            }
        }

        var joinsToUnions: Bool {
            wanted.indices.allSatisfy { a in
                wanted.indices.allSatisfy { b in
                    var joined = wanted[a]
                    joined.join(wanted[b])
                    return joined == wanted[a | b]
                }
            }
        }

        /// After every causal delivery the siblings of the register are just the writes that none of the others had seen.
        var isExact: Bool {
            WriteSet.subsets(of: written.count).filter(written.history.isCausal).allSatisfy { delivered in
                let newest = delivered.indices.filter { index in
                    !delivered.indices.contains { written.history.seen[$0].contains(index) }
                }
                return wanted[delivered.rawValue][3].siblings.map(\.dot)
                    == newest.map { written.writes[$0].dot }.sorted()
            }
        }
    }

    /// Every history of four writes at up to three replicas, with every choice of what they do.
    private static let four = CausalHistory.all(of: 4, replicas: 3).flatMap { history in
        (0..<16).map { Case(history, choices: $0) }
    }

    private static func offenders(_ cases: [Case], _ holds: (Case) -> Bool) -> [[Write]] {
        cases.filter { !holds($0) }.map(\.written.writes)
    }

    @Test("there are as many histories as there should be, of as many outcomes")
    func historiesAreAllThere() {
        #expect(Set(CausalHistory.all(of: 4, replicas: 3)).count == 156)
        #expect(Set(CausalHistory.all(of: 5, replicas: 3)).count == 1656)
        #expect(Set(Self.four.flatMap(\.wanted)).count > 1000)
    }

    @Test("every order of delivery gives what was delivered minus what it overwrote; a duplicate changes nothing")
    func everyOrder() {
        #expect(Self.offenders(Self.four, \.holdsInEveryOrder) == [])
    }

    @Test("the join of any two partial deliveries is the delivery of both")
    func joinIsUnion() {
        #expect(Self.offenders(Self.four, \.joinsToUnions) == [])
    }

    @Test("a write is there unless one that had seen it replaced it, and no sibling had seen another")
    func exactness() {
        #expect(Self.offenders(Self.four, \.isExact) == [])
    }

    @Test("histories of five writes obey the same laws")
    func fiveWrites() {
        let five = CausalHistory.all(of: 5, replicas: 3).map { Case($0, choices: 0b10110) }
        #expect(Self.offenders(five) { $0.holdsInEveryOrder && $0.isExact } == [])
    }
}
