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

/// A device's record is a base, joined from node states, and own change sets on top (sync-model §3).
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

    /// The n of the next own write to a record: above every own n in the known dots, in `superseded`, in own change
    /// sets (refused ones too) and in the remembered `ownDots`, which outlives eviction.
    package static func nextN(
        replica: ReplicaID, shown: RecordState?, own: some Sequence<Dot>, remembered: UInt64
    ) -> UInt64 {
        let inLog = own.reduce(0) { $1.replica == replica ? max($0, $1.n) : $0 }
        return max(shown?.greatestN(of: replica) ?? 0, inLog, remembered) + 1
    }
}
