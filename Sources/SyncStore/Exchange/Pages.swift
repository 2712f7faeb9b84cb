import FieldModel
import Foundation
import GRDB
package import SyncCore
import SyncWire

/// One page of a pull, all of one snapshot.
package struct PulledPage: Sendable {
    /// Record states in their canonical bytes.
    package let states: [[UInt8]]
    /// Where the next page starts; opaque to the puller.
    package let cursor: [UInt8]
    /// Nil until the pages since the puller's checkpoint make up one consistent cut.
    package let checkpoint: Checkpoint?
    /// With the checkpoint: what the puller holds no more.
    package let losses: Losses
}

/// Where a pull stands: it walks scope by scope and type by type through what changed in `(after, upto]`, then again
/// through what changed meanwhile, until nothing did.
struct PullCursor: Equatable {
    /// The position of the puller's checkpoint, and this node's at the first page.
    let start: Int64
    let begun: Int64
    var after: Int64
    var upto: Int64
    /// The last record that was sent, in the order (scope, type, position, id); nil: none in this pass.
    var last: Place?

    struct Place: Equatable {
        var scope: Int64
        var type: Int64
        var position: Int64
        var rowid: Int64
    }

    var bytes: [UInt8] {
        var out = ByteWriter()
        let place = last ?? Place(scope: 0, type: 0, position: 0, rowid: 0)
        let numbers = [
            start, begun, after, upto, last == nil ? 0 : 1, place.scope, place.type, place.position, place.rowid,
        ]
        for number in numbers { out.signed(number) }
        return out.bytes
    }

    init(start: Int64, begun: Int64) {
        (self.start, self.begun) = (start, begun)
        (after, upto) = (start, begun)
    }

    init?(bytes: [UInt8]) {
        var input = ByteReader(bytes)
        guard let numbers = try? (0..<9).map({ _ in try input.signed() }), input.isAtEnd else { return nil }
        (start, begun, after, upto) = (numbers[0], numbers[1], numbers[2], numbers[3])
        if numbers[4] != 0 {
            last = Place(scope: numbers[5], type: numbers[6], position: numbers[7], rowid: numbers[8])
        }
    }

    /// What changed since the pass before this one.
    mutating func beginPass(upto head: Int64) { (after, upto, last) = (upto, head, nil) }
}

extension ReadAccess {
    package func lastPosition() throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(position) FROM position")) ?? 0
    }

    package func token(at position: UInt64) throws -> UInt64? {
        if position == 0 { return 0 }
        let statement = try db.cachedStatement(sql: "SELECT token FROM position WHERE position = ?")
        return try Int64.fetchOne(statement, arguments: [Int64(clamping: position)]).map { UInt64(bitPattern: $0) }
    }

    /// This node's checkpoint now.
    package func ownCheckpoint() throws -> Checkpoint {
        let position = UInt64(try lastPosition())
        return Checkpoint(epoch: try epoch(), position: position, token: try token(at: position) ?? 0)
    }

    package func decide(_ checkpoint: Checkpoint) throws -> CheckpointDecision {
        let token = try token(at: checkpoint.position)
        return CheckpointDecision.decide(
            checkpoint, epoch: try epoch(), oldest: UInt64(try oldestPosition()), tokenAt: { _ in token })
    }

    /// Whether somebody's checkpoint was given here, and he did not lose every scope since.
    package func isGood(_ checkpoint: Checkpoint, for holder: RecordID) throws -> Bool {
        guard try decide(checkpoint) == .good else { return false }
        let position = Int64(clamping: checkpoint.position)
        let pulled = PulledSoFar(start: position, begun: position, sent: position)
        return try !lostEverything(since: pulled, heldScopes(of: holder))
    }

    /// A page of what changed, of what somebody holds, after a position.
    /// - Parameters:
    ///   - holder: whose pull it is.
    ///   - checkpoint: the puller's, good here (`decide`); nil for a first pull.
    ///   - cursor: of the page before; nil, or unreadable, for the first.
    ///   - replicas: the puller's own.
    /// - Returns: nil when he lost so much that the two sides must compare: every scope, or more than a page may name.
    package func page(
        for holder: RecordID, after checkpoint: Checkpoint?, cursor: [UInt8]?, replicas: [ReplicaID] = [],
        bytesMax: Int
    ) throws -> PulledPage? {
        let head = try lastPosition()
        let held = try heldScopes(of: holder)
        let start = PullCursor(start: Int64(clamping: checkpoint?.position ?? 0), begun: head)
        let given = cursor.flatMap(PullCursor.init(bytes:))
        var at = given ?? start
        let pulled = PulledSoFar(start: at.start, begun: at.begun, sent: given?.upto ?? at.start)
        if try lostEverything(since: pulled, held) { return nil }
        var page = PageBuilder(bytesMax: bytesMax)
        while true {
            guard try fill(&page, from: &at, held) else {
                return PulledPage(states: page.states, cursor: at.bytes, checkpoint: nil, losses: Losses())
            }
            if at.upto == head { break }
            at.beginPass(upto: head)
        }
        guard let losses = try losses(of: holder, held, since: pulled, replicas: replicas) else { return nil }
        let complete = Checkpoint(
            epoch: try epoch(), position: UInt64(head), token: try token(at: UInt64(head)) ?? 0)
        return PulledPage(states: page.states, cursor: [], checkpoint: complete, losses: losses)
    }

    /// - Returns: false when the page is full before the pass is done.
    private func fill(_ page: inout PageBuilder, from cursor: inout PullCursor, _ held: HeldScopes) throws -> Bool {
        var at = cursor
        defer { cursor = at }
        return try walk(held, after: at.after, upto: at.upto, from: at.last?.scope ?? 0) { scope in
            for table in RecordTable.ordered.map(Optional.some) + [nil] {
                if try !fill(&page, from: &at, scope: scope, table: table) { return false }
            }
            return true
        }
    }

    private func fill(
        _ page: inout PageBuilder, from cursor: inout PullCursor, scope: WalkedScope, table: RecordTable?
    ) throws -> Bool {
        let type = table.map { Int64($0.entity.tag) } ?? .max
        var (position, rowid) = (scope.after, Int64.max)
        if let last = cursor.last, last.scope == scope.number {
            if last.type > type { return true }
            if last.type == type { (position, rowid) = (last.position, last.rowid) }
        }
        let rows = try prepare(table?.page ?? RecordTable.unknownPage)
        defer { rows.reset() }
        rows.bind(1, scope.number)
        rows.bind(2, position)
        rows.bind(3, rowid)
        while try rows.next() {
            let record = try record(in: rows, table: table)
            guard let base = record.base, let rowid = record.rowid else { continue }
            let bytes = RecordStateCodec.encode(type: record.type, id: record.id, state: base)
            guard page.add(bytes) else { return false }
            cursor.last = .init(scope: scope.number, type: type, position: record.position, rowid: rowid)
        }
        return true
    }
}

private struct PageBuilder {
    let bytesMax: Int
    private(set) var states: [[UInt8]] = []
    private var bytes = 0

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// False when the page is full; the first state always fits.
    mutating func add(_ state: [UInt8]) -> Bool {
        if !states.isEmpty && bytes + state.count > bytesMax { return false }
        bytes += state.count
        states.append(state)
        return true
    }
}
