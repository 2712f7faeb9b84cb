import FieldModel
import Foundation
import SyncClient
import SyncCore
import SyncWire

/// Signs whatever it is told to, as the device that it is; it belongs to one thread.
final class GateForger {
    let caller: GateCaller
    let person: RecordID
    private(set) var replica = ReplicaID(.random(in: 1 ... .max))
    private var head: ChainPosition
    private var counts: [RecordID: UInt64] = [:]
    /// The run that was pushed last.
    private(set) var last: WireRun?

    init(_ caller: GateCaller, person: RecordID) {
        (self.caller, self.person) = (caller, person)
        head = ChainPosition(seq: 0, hash: ChainHash.start(of: replica))
    }

    /// Another chain of the same key.
    func beginChain() {
        replica = ReplicaID(.random(in: 1 ... .max))
        head = ChainPosition(seq: 0, hash: ChainHash.start(of: replica))
        counts = [:]
    }

    func change(
        _ entity: EntityDeclaration, _ id: RecordID, creates: Bool = false, scope: String? = nil,
        _ values: [(String, Value?)] = [], over dots: [Dot] = []
    ) -> Change {
        counts[id, default: 0] += 1
        let named = values.compactMap { name, value in
            entity.field(named: name).map { FieldWrite(tag: $0.tag, value: value, overwrites: dots) }
        }
        let placed = scope.map { [FieldWrite(tag: .scope, value: .text($0), overwrites: dots)] } ?? []
        // A field twice is no write.
        let fields = Dictionary((placed + named).map { ($0.tag, $0) }) { first, _ in first }.values
        let write = Write(dot: Dot(replica, counts[id] ?? 1), creates: creates, fields: Array(fields))
        return Change(type: entity.tag, record: id, write: write)
    }

    func set(
        _ changes: [Change], author: RecordID? = nil, milliseconds: Int64? = nil, replaces: [UInt8]? = nil
    ) -> ChangeSet {
        let now = milliseconds ?? Int64(Date().timeIntervalSince1970 * 1000)
        return ChangeSet(
            timestamp: Timestamp(milliseconds: now, counter: 0), author: author ?? person, replaces: replaces,
            changes: changes)
    }

    /// - Parameter change: what is done to the run before it is sent.
    func run(_ set: ChangeSet, _ change: (inout WireRun) -> Void = { _ in }) -> WireRun {
        let bytes = ChangeSetCodec.encode(set, replica: replica)
        var run = WireRun()
        run.replica = replica.raw
        run.firstSeq = head.seq + 1
        run.before = Data(head.hash)
        run.sets = [Data(bytes)]
        run.signature = Data(caller.key.sign(ChainHash.next(after: head.hash, set: bytes), for: .run))
        run.chain = caller.chain
        change(&run)
        return run
    }

    /// Pushes a set on top of what was accepted before.
    /// - Returns: the code of the set's refusal, `undecided`, or nil when it was applied; of a run that was not taken, its outcome.
    @discardableResult
    func push(_ changes: [Change], author: RecordID? = nil, milliseconds: Int64? = nil) throws -> String? {
        try push(run(set(changes, author: author, milliseconds: milliseconds)))
    }

    @discardableResult
    func push(_ run: WireRun) throws -> String? {
        var request = WirePushRequest()
        request.runs = [run]
        let answer = try caller.post("/v1/push", request)
        guard answer.status == 200 else { return answer.headers["fieldsync-error"] ?? "\(answer.status)" }
        let response = try WirePushResponse(
            bounded: Frame.decode(answer.body, limit: Limits.responseBodyDecompressedBytesMax))
        guard let result = response.results.first else { return "nothing" }
        guard result.outcome == .accepted else { return result.code.isEmpty ? "\(result.outcome)" : result.code }
        last = run
        let receipt = try WireReceipt(bounded: [UInt8](result.receipt.receipt))
        if run.replica == replica.raw { head = ChainPosition(seq: receipt.seq, hash: [UInt8](receipt.hash)) }
        if receipt.undecided.contains(receipt.seq) { return "undecided" }
        return receipt.refusals.first { $0.seq == receipt.seq }?.code
    }
}
