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
}

/// Where a pull stands: it walks scope by scope and type by type through what changed in `(after, upto]`, then again
/// through what changed meanwhile, until nothing did.
struct PullCursor: Equatable {
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
        for number in [after, upto, last == nil ? 0 : 1, place.scope, place.type, place.position, place.rowid] {
            out.signed(number)
        }
        return out.bytes
    }

    init(after: Int64, upto: Int64) {
        self.after = after
        self.upto = upto
    }

    init?(bytes: [UInt8]) {
        var input = ByteReader(bytes)
        guard let numbers = try? (0..<7).map({ _ in try input.signed() }), input.isAtEnd else { return nil }
        (after, upto) = (numbers[0], numbers[1])
        if numbers[2] != 0 {
            last = Place(scope: numbers[3], type: numbers[4], position: numbers[5], rowid: numbers[6])
        }
    }
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
        return CheckpointDecision.decide(checkpoint, epoch: try epoch(), tokenAt: { _ in token })
    }

    /// A page of what changed after a position.
    /// - Parameters:
    ///   - checkpoint: the puller's, good here (`decide`); nil for a first pull.
    ///   - cursor: of the page before; nil, or unreadable, for the first.
    package func page(after checkpoint: Checkpoint?, cursor: [UInt8]?, bytesMax: Int) throws -> PulledPage {
        let head = try lastPosition()
        let start = PullCursor(after: Int64(clamping: checkpoint?.position ?? 0), upto: head)
        var at = cursor.flatMap(PullCursor.init(bytes:)) ?? start
        var page = PageBuilder(bytesMax: bytesMax)
        while true {
            guard try fill(&page, from: &at) else {
                return PulledPage(states: page.states, cursor: at.bytes, checkpoint: nil)
            }
            if at.upto == head { break }
            at = PullCursor(after: at.upto, upto: head)
        }
        let complete = Checkpoint(
            epoch: try epoch(), position: UInt64(head), token: try token(at: UInt64(head)) ?? 0)
        return PulledPage(states: page.states, cursor: [], checkpoint: complete)
    }

    /// - Returns: false when the page is full before the pass is done.
    private func fill(_ page: inout PageBuilder, from cursor: inout PullCursor) throws -> Bool {
        let scopes = try Int64.fetchAll(
            db, sql: "SELECT local FROM scope WHERE position > ? AND local >= ? ORDER BY local",
            arguments: [cursor.after, cursor.last?.scope ?? 0])
        for scope in scopes {
            for table in RecordTable.ordered.map(Optional.some) + [nil] {
                if try !fill(&page, from: &cursor, scope: scope, table: table) { return false }
            }
        }
        return true
    }

    private func fill(
        _ page: inout PageBuilder, from cursor: inout PullCursor, scope: Int64, table: RecordTable?
    ) throws -> Bool {
        let type = table.map { Int64($0.entity.tag) } ?? .max
        var (position, rowid) = (cursor.after, Int64.max)
        if let last = cursor.last, last.scope == scope {
            if last.type > type { return true }
            if last.type == type { (position, rowid) = (last.position, last.rowid) }
        }
        let rows = try prepare(table?.page ?? RecordTable.unknownPage)
        defer { rows.reset() }
        rows.bind(1, scope)
        rows.bind(2, position)
        rows.bind(3, rowid)
        while try rows.next() {
            let record = try record(in: rows, table: table)
            guard let base = record.base, let rowid = record.rowid else { continue }
            let bytes = RecordStateCodec.encode(type: record.type, id: record.id, state: base)
            guard page.add(bytes) else { return false }
            cursor.last = .init(scope: scope, type: type, position: record.position, rowid: rowid)
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
