package import FieldModel
import Foundation
import GRDB
package import SyncCore

/// What is known here of a record's past, newest first.
package struct History: Sendable {
    /// Whether every write that the record's state knows is in the log here.
    package let complete: Bool
    package let items: [HistoryItem]
}

/// One write to one field.
package struct HistoryItem: Sendable {
    package let dot: Dot
    package let tag: FieldTag
    /// Nil: this version does not know the field.
    package let declaration: FieldDeclaration?
    /// The values that the write overwrote, as far as they are known here.
    package let before: [Value]
    /// Nil: the write took away and put nothing in its place.
    package let after: Value?
    package let author: RecordID
    /// The person's or the node's name; nil when its record is not here.
    package let authorName: String?
    /// Milliseconds since 1970 UTC.
    package let at: Int64
    package let mine: Bool
    /// Whether nothing has overwritten the value yet.
    package let current: Bool

    package var replica: ReplicaID { dot.replica }
    package var field: String { declaration?.name ?? "field-\(tag)" }
}

extension ReadAccess {
    /// What is known here of a record's past: change sets in the log that were not refused, siblings, and values that
    /// arriving states replaced. Nil when the record is not here.
    /// - Parameter field: only this one; nil: all but `scope`, which nobody writes by name.
    package func history(of id: RecordID, field: FieldTag? = nil) throws -> History? {
        guard let record = try load(id) else { return nil }
        var writes = KnownWrites(record: id)
        for entry in try entries(changing: id) where entry.verdict == .applied {
            if let set = try entry.changeSet() { writes.add(set) }
        }
        let complete = writes.logged.isSuperset(of: record.shown.known)
        writes.add(record.shown)
        for (tag, sibling) in try replacedSiblings(of: id) { writes.add(sibling, tag: tag) }
        let authorship = try Authorship(self)
        let items = try writes.newestFirst.filter { field == nil ? $0.tag != .scope : $0.tag == field }.map { write in
            try HistoryItem(
                dot: write.dot, tag: write.tag, declaration: Catalogue.entity(record.type)?.field(tag: write.tag),
                before: writes.values(overwrittenBy: write).map { try open($0, of: id, write.tag) },
                after: write.value.map { try open($0, of: id, write.tag) }, author: write.author,
                authorName: authorship.name(of: write.author), at: write.timestamp.milliseconds,
                mine: authorship.isOwn(write.dot),
                current: record.shown[write.tag].siblings.contains { $0.dot == write.dot })
        }
        return History(complete: complete, items: items)
    }

    private func replacedSiblings(of id: RecordID) throws -> [(FieldTag, Sibling)] {
        let statement = try db.cachedStatement(
            sql: "SELECT tag, replica, n, milliseconds, counter, author, value FROM replaced WHERE record = ?")
        return try Row.fetchAll(statement, arguments: [id]).map { row in
            var value = ByteReader([UInt8](row[6] as Data))
            let sibling = Sibling(
                dot: Dot(try names.replica(row[1]), UInt64(row[2] as Int64)),
                timestamp: Timestamp(milliseconds: row[3], counter: UInt32(truncatingIfNeeded: row[4] as Int64)),
                author: try names.author(row[5]), value: try StoredValue.read(from: &value))
            return (FieldTag(truncatingIfNeeded: row[0] as Int64), sibling)
        }
    }
}

/// The writes to one record that are known here, each field's once.
struct KnownWrites {
    private struct FieldDot: Hashable {
        let tag: FieldTag
        let dot: Dot
    }

    struct KnownWrite {
        let tag: FieldTag
        let dot: Dot
        let timestamp: Timestamp
        let author: RecordID
        let value: Value?
        let overwrites: [Dot]
    }

    let record: RecordID
    /// Dots of writes whose change sets are in the log.
    private(set) var logged = KnownDots()
    private var writes: [FieldDot: KnownWrite] = [:]

    init(record: RecordID) { self.record = record }

    var newestFirst: [KnownWrite] {
        writes.values.sorted { a, b in
            if a.timestamp != b.timestamp { return a.timestamp > b.timestamp }
            return a.dot != b.dot ? a.dot > b.dot : a.tag < b.tag
        }
    }

    func values(overwrittenBy write: KnownWrite) -> [Value] { values(of: write.overwrites, in: write.tag) }

    /// What these writes put into a field, in the order of writing.
    func values(of dots: [Dot], in tag: FieldTag) -> [Value] {
        dots.compactMap { writes[FieldDot(tag: tag, dot: $0)] }
            .sorted { ($0.timestamp, $0.dot) < ($1.timestamp, $1.dot) }.compactMap(\.value)
    }

    mutating func add(_ set: ChangeSet) {
        for change in set.changes where change.record == record {
            switch change.effect {
            case .write(let write): add(write, set)
            case .witness(let state): add(state)
            }
        }
    }

    private mutating func add(_ write: Write, _ set: ChangeSet) {
        logged.insert(write.dot)
        for field in write.fields {
            writes[FieldDot(tag: field.tag, dot: write.dot)] = KnownWrite(
                tag: field.tag, dot: write.dot, timestamp: write.rule == nil ? set.timestamp : .zero,
                author: write.rule ?? set.author, value: field.value, overwrites: field.overwrites)
        }
    }

    mutating func add(_ state: RecordState) {
        for field in state.fields {
            for sibling in field.state.siblings { add(sibling, tag: field.tag) }
        }
    }

    /// A sibling says less than its change set, which also names what it overwrote.
    mutating func add(_ sibling: Sibling, tag: FieldTag) {
        let key = FieldDot(tag: tag, dot: sibling.dot)
        if writes[key] != nil { return }
        writes[key] = KnownWrite(
            tag: tag, dot: sibling.dot, timestamp: sibling.timestamp, author: sibling.author, value: sibling.value,
            overwrites: [])
    }
}
