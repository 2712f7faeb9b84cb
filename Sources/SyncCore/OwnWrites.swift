/// A device's own change to a record, as its log holds it.
package struct OwnChange: Sendable {
    package let change: Change
    package let timestamp: Timestamp
    package let author: RecordID

    package init(change: Change, timestamp: Timestamp, author: RecordID) {
        self.change = change
        self.timestamp = timestamp
        self.author = author
    }
}

/// A device's record is a base, joined from node states, and own change sets on top (sync-model §3, R-95).
package enum Layered {
    /// What is shown: the own changes that were not refused, in order, over the base. Nil when there is no base and no
    /// own change that creates the record.
    package static func shown(base: RecordState?, own: [OwnChange]) -> RecordState? {
        guard base != nil || own.contains(where: { $0.change.write?.creates == true }) else { return nil }
        var state = base ?? RecordState()
        for entry in own { state.apply(entry.change, timestamp: entry.timestamp, author: entry.author) }
        return state
    }

    /// The own writes that the base does not know.
    package static func pending(base: RecordState?, own: [OwnChange]) -> [Write] {
        own.compactMap(\.change.write).filter { !(base?.known.contains($0.dot) ?? false) }
    }

    /// the n of the next own write to a record: above every own n in the known dots, in `superseded` and in own
    /// change sets (refused ones too).
    package static func nextN(replica: ReplicaID, shown: RecordState?, own: some Sequence<Dot>) -> UInt64 {
        let inLog = own.reduce(0) { $1.replica == replica ? max($0, $1.n) : $0 }
        return max(shown?.greatestN(of: replica) ?? 0, inLog) + 1
    }

    /// Whether a node's state of a record shows that somebody else writes under this replica's id: a dot of its own that
    /// it did not make, or one with other content (sync-model §1).
    /// - Parameters:
    ///   - base: what nodes had said of the record before.
    ///   - made: the replica's writes to the record that its log has, refused ones too.
    package static func isForked(
        _ replica: ReplicaID, by state: RecordState, base: RecordState?, made: [Write]
    ) -> Bool {
        var mine = base?.known ?? KnownDots()
        for write in made { mine.insert(write.dot) }
        var named = KnownDots(runs: state.known.runs.filter { $0.replica == replica })
        for dot in state.fields.flatMap(\.state.superseded) where dot.replica == replica { named.insert(dot) }
        return !mine.isSuperset(of: named) || made.contains(where: state.contradicts)
    }
}
