import SyncCore
import Testing

/// Against plain sets of dots, for every set of four writes of one replica beside some of another.
@Suite("Laws: known dots are sets of dots")
struct KnownDotsTests {
    private static let replicas = [ReplicaID(7), ReplicaID(.max)]
    private static let dots = [
        Dot(replicas[0], 1), Dot(replicas[0], 2), Dot(replicas[0], 3), Dot(replicas[0], 4), Dot(replicas[1], 1),
        Dot(replicas[1], 3), Dot(replicas[1], .max),
    ]
    private static let sets = WriteSet.subsets(of: dots.count).map { set in set.indices.map { dots[$0] } }

    private func listed(_ known: KnownDots) -> Set<Dot> { Set(Self.dots.filter(known.contains)) }

    @Test("in whatever order dots come, the runs are the same, maximal and sorted")
    func runs() {
        for set in Self.sets {
            let known = KnownDots(set)
            #expect(listed(known) == Set(set))
            #expect(known == KnownDots(set.reversed()))
            #expect(known == KnownDots(set + set))
            #expect(known == KnownDots(runs: set.reversed().map { KnownDots.Run($0.replica, $0.n, $0.n) }))
            #expect(known.runs.map(\.last) == set.filter { !followed($0, in: set) }.map(\.n))
        }
    }

    private func followed(_ dot: Dot, in set: [Dot]) -> Bool {
        set.contains { $0.replica == dot.replica && $0.n - 1 == dot.n }
    }

    @Test("union and inclusion are those of sets")
    func unions() {
        for a in Self.sets {
            for b in Self.sets {
                var union = KnownDots(a)
                union.formUnion(KnownDots(b))
                #expect(union == KnownDots(a + b))
                #expect(KnownDots(a).isSuperset(of: KnownDots(b)) == Set(a).isSuperset(of: b))
            }
        }
    }

    @Test("the greatest n of a replica is its own, 0 for a stranger")
    func greatest() {
        for set in Self.sets {
            for replica in Self.replicas + [ReplicaID(0), ReplicaID(8)] {
                #expect(
                    KnownDots(set).greatest(of: replica) == set.filter { $0.replica == replica }.map(\.n).max() ?? 0)
            }
        }
    }

    @Test("replaced dots go and their replacements come; others stay")
    func replacing() {
        let replacement = Dot(ReplicaID(8), 1)
        let renamed = [Self.dots[1]: replacement, Self.dots[2]: Dot(ReplicaID(8), 2)]
        for set in Self.sets {
            #expect(KnownDots(set).replacing(renamed) == KnownDots(set.map { renamed[$0] ?? $0 }))
        }
    }
}
