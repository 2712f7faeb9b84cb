import FieldModel
import SyncCore
import SyncStore
import SyncWire
import Testing

@Suite("Dots that somebody made up")
struct MadeUpDotTests {
    @Test("of a node's own leave it able to write what others can read")
    func ownDots() throws {
        let world = try StoreWorld()
        let hq = try world.hq()
        let asset = try world.create("asset", on: hq, scope: StoreWorld.place, ["serial": "EX-1"])
        let mine = try #require(try hq.read { try $0.state(of: asset) }?.known.runs.first?.replica)
        try take(Dot(mine, Limits.dotNumberMax), of: asset, at: hq, world)
        try world.set("asset", asset, on: hq, ["firmware": "3"])
        let state = try #require(try hq.read { try $0.state(of: asset) })
        #expect(state[tag("asset", "firmware")].latest?.value == .text("3"))
        let bytes = RecordStateCodec.encode(type: EntityTag.asset, id: asset, state: state)
        #expect(throws: Never.self) { try RecordStateCodec.decode(bytes) }
    }

    /// A person's write that claims to have seen a dot.
    private func take(_ seen: Dot, of asset: RecordID, at hq: Store, _ world: StoreWorld) throws {
        let replica = ReplicaID(77)
        let field = FieldWrite(tag: tag("asset", "firmware"), value: .text("2"), overwrites: [seen])
        let set = ChangeSet(
            timestamp: Timestamp(milliseconds: 9, counter: 0), author: world.person,
            changes: [Change(type: EntityTag.asset, record: asset, write: Write(dot: Dot(replica, 1), fields: [field]))]
        )
        let bytes = ChangeSetCodec.encode(set, replica: replica)
        let start = ChainHash.start(of: replica)
        let item = IncomingRun.Item(bytes: bytes, hash: ChainHash.next(after: start, set: bytes), verdict: nil)
        let outcome = try hq.write { access in
            try access.receive(
                IncomingRun(
                    replica: replica, before: ChainPosition(seq: 0, hash: start), items: [item], key: [1],
                    certificates: [], person: world.person, base: nil, isRelayed: false))
        }
        guard case .accepted(let summary) = outcome else { throw StoreFailure.integrity("\(outcome)") }
        #expect(summary.refusals.isEmpty)
    }
}
