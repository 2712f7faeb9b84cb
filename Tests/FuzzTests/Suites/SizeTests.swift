import SyncCore
import SyncWire
import Testing

/// Each takes a second; with a search through a list for each of its elements it would take minutes.
@Suite("Sizes: the greatest inputs that are allowed are read in time")
struct SizeTests {
    private let replica = ReplicaID(1)

    @Test("a state of 400,000 dots that were overwritten in as many fields", .timeLimit(.minutes(1)))
    func superseded() throws {
        let fields = (1...400_000 as ClosedRange<FieldTag>).map { tag in
            RecordState.Field(tag: tag, state: FieldState(superseded: [Dot(replica, UInt64(tag))]))
        }
        let state = RecordState(known: KnownDots(), fields: fields)
        let bytes = RecordStateCodec.encode(type: 1, id: RecordID(high: 1, low: 1), state: state)
        #expect(3_000_000...Limits.recordStateBytesMax ~= bytes.count)
        #expect(try RecordStateCodec.decode(bytes).state == state)
    }

    @Test("two sets that each overwrite 240,000 dots which nobody has", .timeLimit(.minutes(1)))
    func overwrites() throws {
        var state = RecordState()
        for half in 0...1 {
            let dots = (0..<240_000).map { Dot(replica, UInt64(3 + 2 * $0 + half)) }
            let write = Write(
                dot: Dot(replica, UInt64(1 + half)), fields: [FieldWrite(tag: 1, value: nil, overwrites: dots)])
            let change = Change(type: 1, record: RecordID(high: 1, low: 1), write: write)
            let set = ChangeSet(timestamp: .zero, author: RecordID(high: 1, low: 1), changes: [change])
            let bytes = ChangeSetCodec.encode(set, replica: replica)
            #expect(bytes.count <= Limits.changeSetBytesMax)
            for change in try ChangeSetCodec.decode(bytes, replica: replica).changes {
                state.apply(change, timestamp: set.timestamp, author: set.author)
            }
        }
        #expect(state[1].superseded.count == 480_000)
    }
}
