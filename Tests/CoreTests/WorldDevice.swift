import SyncCore

/// A field device of the random histories: a base, own sets on top, and the verdicts that it was told.
final class WorldDevice: WorldReplica {
    private var verdicts: [UInt64: Verdict] = [:]

    private func counted() -> [WorldSet] { own.filter { verdicts[$0.seq] != .refused } }

    private func counted(_ record: Int) -> [OwnChange] {
        counted().flatMap { own in
            own.set.changes.filter { $0.record.low == record }.map {
                OwnChange(change: $0, timestamp: own.set.timestamp, author: own.set.author)
            }
        }
    }

    override func shown(_ record: Int) -> RecordState {
        guard rules.contains(.baseAndOwn) else { return base[record] }
        return Layered.shown(base: base[record], own: counted(record)) ?? RecordState()
    }

    override func pending(_ record: Int) -> [Write] { Layered.pending(base: base[record], own: counted(record)) }

    override func add(_ set: ChangeSet, isDoubtful: Bool, _ random: inout Seeded) {
        let isWritten = set.changes.allSatisfy { $0.write != nil }
        super.add(set, isDoubtful: isWritten && random.chance(0.15), &random)
        if !rules.contains(.baseAndOwn) {
            for change in set.changes {
                base[Int(change.record.low)].apply(change, timestamp: set.timestamp, author: set.author)
            }
        }
    }

    /// Offers the first own sets, all of them again.
    func push(to node: WorldNode, first count: Int, answerLost: Bool, _ random: inout Seeded) throws(WorldFault) {
        for set in own.prefix(count) {
            let had = verdicts[set.seq]
            let shown: Verdict? = rules.contains(.verdictShown) && had == .applied ? had : nil
            let verdict = try node.take(set, shown, &random)
            if !answerLost && had != .applied { verdicts[set.seq] = verdict }
        }
    }

    func pull(from node: WorldNode) {
        for record in World.records { base[record].join(node.base[record]) }
        clock.saw(node.clock.last, wall: wall)
    }

    /// Drops the base only.
    func evict(_ record: Int) { base[record] = RecordState() }

    /// Adds to the own sets what the base knows and the node does not.
    func witness(to node: WorldNode, _ random: inout Seeded) {
        for change in lost(by: node) { add(change, isDoubtful: false, &random) }
    }
}
