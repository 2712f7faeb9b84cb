import SyncCore

/// A change set where it stands in its author's chain.
struct WorldSet {
    let by: ReplicaID
    let before: ChainPosition
    /// Stands for the hash of its bytes and of the set before it.
    let hash: [UInt8]
    let set: ChangeSet
    /// Whether a node that judges it may find fault with it.
    let isDoubtful: Bool

    var seq: UInt64 { before.seq + 1 }

    /// Its writes to one record, or all of them.
    func dots(in record: Int? = nil) -> [(record: Int, dot: Dot)] {
        set.changes.compactMap { change in
            let place = Int(change.record.low)
            return change.write.flatMap { record ?? place == place ? (place, $0.dot) : nil }
        }
    }
}

/// What devices and nodes of the random histories have in common: records, own sets, a clock that is wrong.
class WorldReplica {
    let rules: Set<WorldRule>
    var id: ReplicaID
    var base: [RecordState] = World.records.map { _ in RecordState() }
    var own: [WorldSet] = []
    /// The last own n of a record.
    var ownDots: [Int: UInt64] = [:]
    var clock = HybridClock()
    /// Since the history began.
    var minutes: Int64 = 0
    /// Milliseconds, up to ten minutes fast or slow.
    private let skew: Int64

    init(id: UInt64, rules: Set<WorldRule>) {
        self.id = ReplicaID(id)
        self.rules = rules
        skew = Int64(id % 5) * 300_000 - 600_000
    }

    /// What a person here sees of the record.
    func shown(_ record: Int) -> RecordState { base[record] }
    /// Own writes to the record that its base does not know.
    func pending(_ record: Int) -> [Write] { [] }

    var wall: Int64 { 1_700_000_000_000 + 60_000 * minutes + skew }

    /// Makes a change set of one or more records.
    func write(_ records: [Int], _ random: inout Seeded) throws(WorldFault) -> ChangeSet {
        var changes: [Change] = []
        var overwritten = Timestamp.zero
        var causes: [Sibling] = []
        for record in records {
            let state = shown(record)
            let write = made(record, state, &random)
            for field in write.fields {
                overwritten = max(overwritten, state.latestTimestamp(of: field.overwrites, tag: field.tag))
                causes += state[field.tag].siblings.filter { field.overwrites.contains($0.dot) }
            }
            changes.append(Change(type: 1, record: RecordID(high: 0, low: UInt64(record)), write: write))
        }
        let timestamp = clock.stamp(wall: wall, overwritten: overwritten)
        try WorldFault.unless(
            causes.allSatisfy { $0.timestamp < timestamp }, .timestampsFollowCauses, "\(id) at \(minutes)")
        let set = ChangeSet(timestamp: timestamp, author: RecordID(high: 1, low: id.raw), changes: changes)
        add(set, isDoubtful: false, &random)
        return set
    }

    /// Puts a set at the end of the own chain.
    func add(_ set: ChangeSet, isDoubtful: Bool, _ random: inout Seeded) {
        let content = random.next()
        let before = own.last { $0.by == id }.map { ChainPosition(seq: $0.seq, hash: $0.hash) }
        let hash = (0..<8).map { UInt8(truncatingIfNeeded: content >> ($0 * 8)) }
        own.append(
            WorldSet(
                by: id, before: before ?? ChainPosition(seq: 0, hash: []), hash: hash, set: set, isDoubtful: isDoubtful)
        )
    }

    private func made(_ record: Int, _ state: RecordState, _ random: inout Seeded) -> Write {
        let pending = pending(record)
        let remembered = rules.contains(.ownDots) ? ownDots[record] ?? 0 : 0
        let n = max(remembered + 1, Layered.nextN(replica: id, shown: base[record], own: pending.map(\.dot)))
        ownDots[record] = n
        let dot = Dot(id, n)
        let fields = random.sample(World.fields, random.below(3) + 1).map { field in
            let edit = edit(state[field.tag], field.kind, dot, &random)
            let value: Value? = if case .put(let value) = edit { value } else { nil }
            let write = FieldWrite(
                tag: field.tag, value: value,
                overwrites: state.overwritten(by: edit, tag: field.tag, kind: field.kind))
            return rules.contains(.closure) ? write.closed(over: pending) : write
        }
        return Write(dot: dot, fields: fields)
    }

    private func edit(_ state: FieldState, _ kind: FieldKind, _ dot: Dot, _ random: inout Seeded) -> Edit {
        switch kind {
        case .set where !state.siblings.isEmpty && random.chance(0.4): .remove(random.pick(state.siblings).value)
        case .counter: .put(.integer(Int64(random.below(9) + 1)))
        default: .put(.text(dot.description))
        }
    }
}

extension WorldReplica {
    /// A set for each record of which this replica knows a dot that the node does not know.
    func lost(by node: WorldNode) -> [ChangeSet] {
        World.records.filter { !node.base[$0].known.isSuperset(of: base[$0].known) }.map { record in
            ChangeSet(
                timestamp: clock.last, author: RecordID(high: 1, low: id.raw),
                changes: [
                    Change(type: 1, record: RecordID(high: 0, low: UInt64(record)), effect: .witness(base[record]))
                ])
        }
    }
}
