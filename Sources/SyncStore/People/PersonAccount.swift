import FieldModel
import GRDB
package import SyncCore

/// One change set as far as it is somebody's.
package struct WrittenSet: Sendable {
    /// Milliseconds since 1970 UTC, by the author's clock.
    package let at: Int64
    package let replica: ReplicaID
    package let seq: UInt64
    package let changes: [(type: TypeTag, record: RecordID, fields: [FieldTag])]
}

extension ReadAccess {
    /// What somebody wrote, as far as the log here has it, in the order in which it came. Reads the whole log.
    package func sets(writtenBy author: RecordID) throws -> [WrittenSet] {
        let statement = try prepare("SELECT \(LogEntry.columns) FROM change_log ORDER BY change_log.rowid")
        defer { statement.reset() }
        var found: [WrittenSet] = []
        while try statement.next() {
            let entry = try LogEntry(statement, self)
            guard let set = try entry.changeSet(), set.author == author else { continue }
            let changes = set.changes.map { ($0.type, $0.record, $0.write?.fields.map(\.tag) ?? []) }
            found.append(
                WrittenSet(
                    at: set.timestamp.milliseconds, replica: entry.replica, seq: entry.seq, changes: changes))
        }
        return found
    }

    /// The records that name another one, in whatever field; deleted ones are left out.
    package func records(naming id: RecordID, type: TypeTag, limit: Int) throws -> [(
        field: String, record: ShownRecord
    )] {
        try Catalogue.entities.flatMap { entity in
            try entity.fields.filter { $0.type == .reference(type) || $0.type == .reference(nil) }.flatMap { field in
                let match = FieldMatch(tag: field.tag, value: .reference(id))
                return try list(entity.tag, matching: [match], limit: limit).items.map { (field.name, $0) }
            }
        }
    }
}

extension WriteAccess {
    /// A node's audit tells that what is personal was given out.
    package func noteDisclosed(_ what: String, about person: RecordID? = nil) throws {
        try audit(
            .disclosed,
            [("what", .string(what))] + (person.map { [("person", .string($0.description))] } ?? []))
    }

    /// Erases what is personal about somebody, and deletes the attachments that are about him alone.
    /// - Parameter author: HQ's record.
    /// - Returns: the record that says so everywhere.
    package func erase(_ person: RecordID, reason: String, author: RecordID) throws -> RecordID {
        let id = environment.newRecordID()
        let fields: [(String, Value)] = [
            ("person", .reference(person)), ("reason", .text(reason)),
            ("occurred_at", .instant(milliseconds: environment.wallMilliseconds(), offsetMinutes: 0)),
        ]
        let deletes = try attachments(about: person).compactMap { attachment -> LocalChange? in
            guard let known = try load(attachment, type: EntityTag.attachment)?.shown.known else { return nil }
            let edit = FieldEdit(tag: .deleted, edit: .put(.known(known)))
            return LocalChange(type: EntityTag.attachment, record: attachment, edits: [edit])
        }
        try commit([create(Catalogue.erasure, id, fields, home: author)] + deletes, author: author)
        return id
    }
}

extension ReadAccess {
    /// Those whose subject the person himself is.
    package func attachments(about person: RecordID) throws -> [RecordID] {
        try RecordID.fetchAll(
            db.cachedStatement(sql: "SELECT id FROM attachment WHERE subject = ? AND deleted = 0 ORDER BY id"),
            arguments: [person])
    }
}
