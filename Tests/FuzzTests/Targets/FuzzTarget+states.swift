import SyncCore
import SyncWire

/// What replicas agree on: change sets and record states.
extension FuzzTarget {
    static let states = [
        FuzzTarget("change-set", seeds: changeSetSeeds) { bytes in
            let (replica, set) = (ReplicaID(word(bytes)), Array(bytes.dropFirst(8)))
            let decoded = try Heap.bounded(by: 64, of: set) { try ChangeSetCodec.decode(set, replica: replica) }
            try BrokenPromise.unless(
                ChangeSetCodec.encode(decoded, replica: replica) == set, "a change set has a second form")
            try demandLaws(of: decoded)
        },
        FuzzTarget("record-state", seeds: stateSeeds) { bytes in
            let parts = Array(Parts(bytes, count: 3))
            var states: [RecordState] = []
            for part in parts where !part.isEmpty {
                let decoded = try Heap.bounded(by: 64, of: part) { try RecordStateCodec.decode(part) }
                try demandOneForm(decoded.state, decoded.type, decoded.id, bytes: part)
                states.append(decoded.state)
            }
            guard let a = states.first, let b = states.last else { return }
            try demandLaws(a, b, states[states.count / 2])
        },
    ]

    private static func changeSetSeeds() throws -> [[UInt8]] {
        try VectorSeeds.of("ChangeSet") { vector in
            let replica = (vector["replica"] as? String).flatMap { Hex.bytes($0) }
            return replica.flatMap { replica in VectorSeeds.bytes(vector).map { replica + $0 } }
        }
    }

    /// Each alone, and three of them together.
    private static func stateSeeds() throws -> [[UInt8]] {
        let states = try VectorSeeds.of("RecordState")
        let together = states.indices.dropFirst(2).map { Parts.joined(Array(states[($0 - 2)...$0])) }
        return states.map { Parts.joined([$0, [], []]) } + together
    }

    private static func word(_ bytes: [UInt8]) -> UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

    private static func demandOneForm(
        _ state: RecordState, _ type: TypeTag, _ id: RecordID, bytes: [UInt8]
    ) throws {
        try BrokenPromise.unless(
            RecordStateCodec.encode(type: type, id: id, state: state) == bytes, "a record state has a second form")
    }

    /// What is in memory is canonical too: it is read again as it was written.
    private static func demandReadable(_ state: RecordState) throws {
        let id = RecordID(high: 1 << 40, low: 1)
        let bytes = RecordStateCodec.encode(type: 1, id: id, state: state)
        guard bytes.count <= Limits.recordStateBytesMax else { return }
        let decoded = try? RecordStateCodec.decode(bytes)
        try BrokenPromise.unless(decoded?.state == state, "a state that came of states cannot be read")
    }

    /// R-91, whatever was sent: nodes that take the same states in another order hold the same.
    private static func demandLaws(_ a: RecordState, _ b: RecordState, _ c: RecordState) throws {
        let ab = joined(a, b)
        try BrokenPromise.unless(joined(a, a) == a, "joining twice is not joining once")
        try BrokenPromise.unless(joined(b, a) == ab, "joining depends on which side joins")
        try BrokenPromise.unless(joined(ab, b) == ab, "joining again changes something")
        try BrokenPromise.unless(joined(ab, c) == joined(a, joined(b, c)), "joining depends on the order")
        try demandReadable(joined(ab, c))
    }

    private static func joined(_ a: RecordState, _ b: RecordState) -> RecordState {
        var out = a
        out.join(b)
        return out
    }

    /// writes with dots of their own may come in any order, and again.
    private static func demandLaws(of set: ChangeSet) throws {
        var seen: Set<Dot> = []
        let writes = set.changes.filter { change in change.write.map { seen.insert($0.dot).inserted } ?? false }
        let (forward, backward) = (applied(writes, set), applied(writes.reversed(), set))
        try BrokenPromise.unless(forward == backward, "applying depends on the order")
        try BrokenPromise.unless(applied(writes + writes, set) == forward, "applying again changes something")
        try demandReadable(forward)
        try demandReadable(applied(set.changes, set))
    }

    private static func applied(_ changes: [Change], _ set: ChangeSet) -> RecordState {
        var state = RecordState()
        for change in changes { state.apply(change, timestamp: set.timestamp, author: set.author) }
        return state
    }
}
