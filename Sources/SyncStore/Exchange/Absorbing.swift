import FieldModel
import Foundation
import GRDB
package import SyncCore
import SyncWire

/// A record state that came from a node.
private struct ArrivingState {
    let type: TypeTag
    let id: RecordID
    let state: RecordState
    /// Its one form.
    let bytes: [UInt8]
}

/// A node shows a dot of this device's own that the device did not make, or with other content: somebody else writes
/// under its id (sync-model §1).
package struct OwnReplicaForked: Error, Equatable {
    package let replica: ReplicaID
}

extension WriteAccess {
    /// Joins states, in their canonical bytes, into what is here, all in this transaction: one consistent cut
    /// (sync-model §3).
    /// - Throws: `OwnReplicaForked`, at a device, before anything is joined that shows it.
    package func absorb(encoded states: [[UInt8]]) throws {
        var rest = states[...]
        try absorb { rest.popFirst() }
    }

    /// - Parameter next: the next state's bytes; nil at the end. So that a long pull is never in memory as a whole.
    package func absorb(_ next: () throws -> [UInt8]?) throws {
        try from(Provenance(.pulled)) { try join(next) }
    }

    private func join(_ next: () throws -> [UInt8]?) throws {
        var brought = BroughtStates()
        var clock = try seenClock()
        let wall = environment.wallMilliseconds() - (try clockOffset())
        let replica = try role.isNode ? nil : deviceReplica()
        while let bytes = try next() {
            let (type, id, state) = try RecordStateCodec.decode(bytes)
            let arriving = ArrivingState(type: type, id: id, state: state, bytes: bytes)
            try absorb(arriving, by: replica)
            if role.isNode { brought.add(bytes) }
            for field in arriving.state.fields {
                for sibling in field.state.siblings { clock.saw(sibling.timestamp, wall: wall) }
            }
        }
        keep(clock)
        if brought.count > 0 { try audit(.pulled, brought.members) }
    }

    /// - Parameter replica: of this device.
    private func absorb(_ arriving: ArrivingState, by replica: ReplicaID?) throws {
        var record = try load(arriving.id, type: arriving.type) ?? .new(arriving.type, arriving.id)
        let before = record.rowid == nil ? nil : record.shown
        var base = record.base ?? RecordState()
        try lookForLost(in: arriving.state, of: arriving.id, here: base)
        base.join(arriving.state)
        if record.base == base { return }
        // A device that hears of its own work shows the same already: its sets are all in it.
        let isBack = try !role.isNode && record.base == nil && noteBack(arriving.id)
        let own = try base == record.shown ? [] : ownChanges(arriving, by: replica, record, isBack: isBack)
        record.base = base
        if role.isNode {
            record.shown = base
            record.position = try position()
        } else {
            record.shown = own.isEmpty ? base : Layered.shown(base: base, own: own) ?? base
        }
        // What headquarters forgot a device forgets too; the history is the nodes'.
        if !role.isNode, ForgettingRule.isStub(record.shown, type: record.type) {
            try delete(Self.deleteReplaced, arriving.id)
        } else if let before {
            try keepReplaced(arriving.id, before: before, after: record.shown)
        }
        try save(record, before: before, encoded: base == arriving.state ? arriving.bytes : nil)
        if role.isNode { try turnRefused(known: base, of: arriving.id) }
    }

    /// The own changes that a device shows on top of an arriving state.
    /// - Parameter isBack: it had left this device.
    private func ownChanges(
        _ arriving: ArrivingState, by replica: ReplicaID?, _ record: StoredRecord, isBack: Bool
    ) throws -> [OwnChange] {
        let isNamed = replica.map { arriving.state.greatestN(of: $0) > 0 } ?? false
        if record.rowid == nil && !isNamed && !isBack { return [] }
        let own = try ownChanges(of: arriving.id)
        let made = own.compactMap(\.entry.change.write)
        if let replica, isNamed, Layered.isForked(replica, by: arriving.state, base: record.base, made: made) {
            throw OwnReplicaForked(replica: replica)
        }
        return own.filter(\.counts).map(\.entry)
    }

    private static let anyRefused = FixedSQL(
        "SELECT 1 FROM change_log WHERE verdict <> 0 AND verdict IN (1, 2) LIMIT 1")

    /// A refused set of which an arriving state knows a dot was accepted elsewhere: accepted wins.
    private func turnRefused(known base: RecordState, of id: RecordID) throws {
        guard try prepare(Self.anyRefused).first({ _ in true }) != nil else { return }
        for entry in try entries(changing: id) where entry.verdict == .refused || entry.verdict == .undecided {
            guard let set = try entry.changeSet() else { continue }
            let accepted = set.changes.contains {
                // A rule's dot says nothing about the set that happened to carry it.
                $0.record == id && $0.write.map { $0.rule == nil && base.known.contains($0.dot) } ?? false
            }
            if accepted { try turn(entry, applied: set) }
        }
    }

    /// Earlier values whose change sets never came here stay in the history.
    func keepReplaced(_ id: RecordID, before: RecordState, after: RecordState) throws {
        for field in before.fields {
            let after = after[field.tag]
            if after == field.state { continue }
            let remaining = Set(after.siblings.map(\.dot))
            for sibling in field.state.siblings where !remaining.contains(sibling.dot) {
                try keepReplaced(sibling, tag: field.tag, of: id)
            }
        }
    }

    private static let insertReplaced = FixedSQL(
        """
        INSERT OR IGNORE INTO replaced (record, tag, replica, n, milliseconds, counter, author, value)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)

    private func keepReplaced(_ sibling: Sibling, tag: FieldTag, of id: RecordID) throws {
        var value = ByteWriter()
        StoredValue.write(sibling.value, to: &value)
        let row = try prepare(Self.insertReplaced)
        row.bind(1, id)
        row.bind(2, Int64(tag))
        row.bind(3, try names.local(sibling.dot.replica))
        row.bind(4, Int64(clamping: sibling.dot.n))
        row.bind(5, sibling.timestamp.milliseconds)
        row.bind(6, Int64(sibling.timestamp.counter))
        row.bind(7, try names.local(author: sibling.author))
        row.bind(8, value.bytes)
        try row.run()
    }

    private static let deleteConflicts = FixedSQL("DELETE FROM conflict WHERE record = ?")

    /// - Parameter sql: of a record's rows, by its id.
    func delete(_ sql: FixedSQL, _ id: RecordID) throws {
        let row = try prepare(sql)
        row.bind(1, id)
        try row.run()
    }

    /// Takes a record out of its table with all that hangs on it: nothing shows it any more.
    func remove(_ record: StoredRecord) throws {
        guard let rowid = record.rowid else { return }
        loaded[record.id] = nil
        let table = RecordTable.all[record.type]
        let row = try prepare(table?.delete ?? RecordTable.unknownDelete)
        row.bind(1, rowid)
        try row.run()
        try delete(Self.deleteBase, record.id)
        count(.records(table?.entity.tag ?? Tally.unknownType), -1)
        guard let table else { return }
        try unindex(record.shown, rowid: rowid, table: table)
        try delete(Self.deleteConflicts, record.id)
        try noteNamed(StoredRecord.new(record.type, record.id), before: record.shown, table: table)
        affected.remove(record)
        if role.isNode { affectedHoldings.remove(record) }
    }
}
