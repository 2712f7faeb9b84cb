import Foundation
import GRDB
package import SyncCore
import SyncWire

/// One edit of one field; more than one may name the same set, log or counter field.
package struct FieldEdit: Hashable, Sendable {
    package let tag: FieldTag
    package let edit: Edit

    package init(tag: FieldTag, edit: Edit) {
        self.tag = tag
        self.edit = edit
    }
}

/// What a person does to one record in one transaction.
package struct LocalChange: Sendable {
    package let type: TypeTag
    package let record: RecordID
    package let creates: Bool
    package let edits: [FieldEdit]
    /// Dots to name as overwritten besides those that the kind says: those of a refused set that this one amends. A
    /// field that has no edit is discarded: a write of nothing over these dots alone (sync-model §6).
    package let amends: [FieldTag: [Dot]]

    package init(
        type: TypeTag, record: RecordID, creates: Bool = false, edits: [FieldEdit], amends: [FieldTag: [Dot]] = [:]
    ) {
        self.type = type
        self.record = record
        self.creates = creates
        self.edits = edits
        self.amends = amends
    }
}

extension WriteAccess {
    /// Commits a person's changes as one change set of this replica.
    /// - Parameter author: the person's id, or the node's own.
    @discardableResult
    package func commit(_ changes: [LocalChange], author: RecordID) throws -> ChainPosition {
        precondition(!changes.isEmpty, "a change set changes something")
        let replica = try ownReplica()
        let wall = environment.wallMilliseconds()
        var clock = try clock()
        var drafts = OwnDrafts(replica: replica)
        for change in changes { try draft(change, into: &drafts) }
        let timestamp = clock.stamp(wall: wall - (try clockOffset()), overwritten: drafts.overwritten)
        let set = ChangeSet(timestamp: timestamp, author: author, changes: try sealed(drafts.changes))
        let position = try appendOwn(set, replica: replica, wall: wall)
        try applyOwn(set)
        if role.isNode { keep(clock) }
        endPosition()
        return position
    }

    private func draft(_ change: LocalChange, into drafts: inout OwnDrafts) throws {
        var writes: [[FieldEdit]] = []
        for edit in change.edits {
            let place = writes.firstIndex { write in !write.contains { $0.tag == edit.tag } }
            if let place { writes[place].append(edit) } else { writes.append([edit]) }
        }
        if writes.isEmpty { writes = [[]] }
        for (index, edits) in writes.enumerated() {
            let creates = change.creates && index == 0
            try draft(edits, of: change, creates: creates, amending: index == 0, into: &drafts)
        }
    }

    private func draft(
        _ edits: [FieldEdit], of change: LocalChange, creates: Bool, amending: Bool, into drafts: inout OwnDrafts
    ) throws {
        if drafts.records[change.record] == nil {
            let record = try load(change.record, type: change.type)
            drafts.records[change.record] = try OwnDrafts.Record(
                shown: opened(record?.shown ?? RecordState(), of: change.record), base: record?.base,
                own: ownChanges(of: change.record))
        }
        drafts.add(edits, of: change, creates: creates, amends: amending ? change.amends : [:])
    }

    @discardableResult
    func appendOwn(_ set: ChangeSet, replica: ReplicaID, wall: Int64) throws -> ChainPosition {
        let head = try head(of: replica)
        let bytes = ChangeSetCodec.encode(set, replica: replica)
        guard bytes.count <= Limits.changeSetBytesMax, set.changes.count <= Limits.changeSetChangesMax else {
            throw CommitFailure.tooLarge(bytes: bytes.count, changes: set.changes.count)
        }
        let position = ChainPosition(seq: head.seq + 1, hash: ChainHash.next(after: head.hash, set: bytes))
        try append(
            NewEntry(
                replica: replica, seq: position.seq, hash: position.hash, bytes: bytes, verdict: .applied, own: true,
                wall: role.isNode ? nil : wall, refusal: nil, records: set.records))
        return position
    }

    /// On a node an own set is judged by being made; on a device it stands on top of the base.
    func applyOwn(_ set: ChangeSet) throws {
        if role.isNode {
            try apply(set)
            return
        }
        for change in set.changes {
            var record = try load(change.record, type: change.type) ?? .new(change.type, change.record)
            let before = record.rowid == nil ? nil : record.shown
            record.shown.apply(change, timestamp: set.timestamp, author: set.author)
            if let before { try keepReplaced(change.record, before: before, after: record.shown) }
            try save(record, before: before)
        }
    }

    /// A node applies a set that was accepted, here or elsewhere.
    /// - Returns: records that hold something else under the set's dots than the set says.
    @discardableResult
    func apply(_ set: ChangeSet) throws -> [RecordID] { try apply(set, to: ChangedRecords(of: set, self)) }

    /// - Parameter records: those that the set changes, as they are here.
    func apply(_ set: ChangeSet, to records: ChangedRecords) throws -> [RecordID] {
        var contradicted: [RecordID] = []
        var changed: [RecordID: (record: StoredRecord, before: RecordState?)] = [:]
        for change in set.changes {
            if changed[change.record] == nil {
                let record = records[change] ?? .new(change.type, change.record)
                changed[change.record] = (record, record.rowid == nil ? nil : record.shown)
            }
            let here = changed[change.record]?.record.shown ?? RecordState()
            try lookForLost(in: change, here: here)
            if let write = change.write, here.contradicts(write) { contradicted.append(change.record) }
            changed[change.record]?.record.shown.apply(change, timestamp: set.timestamp, author: set.author)
        }
        for (_, entry) in changed.sorted(by: { $0.key < $1.key }) where entry.record.shown != entry.before {
            var record = entry.record
            record.base = record.shown
            record.position = try position()
            try save(record, before: entry.before)
            noteUndeleted(record, before: entry.before, by: set.author)
        }
        return contradicted
    }
}

/// A change set that is too large to travel.
package enum CommitFailure: Error, Equatable {
    case tooLarge(bytes: Int, changes: Int)
}

/// The writes of one set while it is being made, and the states as they will be after them.
private struct OwnDrafts {
    struct Record {
        var shown: RecordState
        let base: RecordState?
        /// Own changes to the record in the log, refused ones too: their n is used up.
        let own: [OwnChangeVerdict]
    }

    let replica: ReplicaID
    var records: [RecordID: Record] = [:]
    private(set) var changes: [Change] = []
    private(set) var overwritten = Timestamp.zero

    init(replica: ReplicaID) { self.replica = replica }

    mutating func add(_ edits: [FieldEdit], of change: LocalChange, creates: Bool, amends: [FieldTag: [Dot]]) {
        guard var record = records[change.record] else { preconditionFailure("the record was looked up before") }
        let dots = record.own.compactMap { $0.entry.change.write?.dot }
        let dot = Dot(
            replica, Layered.nextN(replica: replica, shown: record.shown, own: dots))
        let pending = Layered.pending(base: record.base, own: record.own.filter(\.counts).map(\.entry))
        let fields = edits.map { edit in
            let kind = fieldKind(change.type, edit.tag)
            return fieldWrite(edit, kind: kind, shown: record.shown, amends: amends).closed(over: pending)
        }
        let discards = amends.filter { amended in !edits.contains { $0.tag == amended.key } }.map { tag, dots in
            FieldWrite(tag: tag, value: nil, overwrites: dots)
        }
        let write = Write(dot: dot, creates: creates, fields: fields + discards)
        changes.append(Change(type: change.type, record: change.record, write: write))
        record.shown.apply(write, timestamp: .zero, author: RecordID(high: 0, low: 0))
        records[change.record] = record
    }

    private mutating func fieldWrite(
        _ edit: FieldEdit, kind: FieldKind, shown: RecordState, amends: [FieldTag: [Dot]]
    ) -> FieldWrite {
        let dots = shown.overwritten(by: edit.edit, tag: edit.tag, kind: kind)
        overwritten = max(overwritten, shown.latestTimestamp(of: dots, tag: edit.tag))
        let value: Value? =
            switch edit.edit {
            case .put(let value): value
            case .clear, .remove: nil
            }
        return FieldWrite(tag: edit.tag, value: value, overwrites: dots + (amends[edit.tag] ?? []))
    }
}
