package import FieldModel
import GRDB
package import SyncCore

/// A field that a person must decide.
package struct ConflictView: Sendable {
    /// An edit that a deleter had not seen.
    package struct Edit: Sendable {
        package let field: String
        package let sibling: SiblingView
    }

    package let record: ShownRecord
    package let tag: FieldTag
    /// `deleted` for a record that was deleted by somebody who did not know of an edit.
    package let field: String
    package let declaration: FieldDeclaration?
    /// In the order of writing.
    package let siblings: [SiblingView]
    /// Of a deletion: what the deleter had not seen.
    package let edits: [Edit]
    /// When it was found here: milliseconds since 1970 UTC.
    package let since: Int64
}

extension ReadAccess {
    /// Open conflicts, the last found first: review and ranked fields with more than one distinct value, and deletions
    /// that did not know of an edit.
    package func conflicts() throws -> [ConflictView] {
        let authorship = try Authorship(self)
        let rows = try Row.fetchAll(
            db, sql: "SELECT record, tag, type, since FROM conflict ORDER BY since DESC, record DESC, tag")
        return try rows.compactMap { row in
            let tag = FieldTag(truncatingIfNeeded: row[1] as Int64)
            let type = TypeTag(truncatingIfNeeded: row[2] as Int64)
            return try conflict(in: row[0], type: type, tag: tag, since: row[3], authorship)
        }
    }

    private func conflict(
        in id: RecordID, type: TypeTag, tag: FieldTag, since: Int64, _ authorship: Authorship
    ) throws -> ConflictView? {
        guard var record = try load(id, type: type), let shown = try shownRecord(id, type: type) else { return nil }
        record.shown = try opened(record.shown, of: id)
        let declaration = Catalogue.entity(type)?.field(tag: tag)
        return ConflictView(
            record: shown, tag: tag, field: declaration?.name ?? "field-\(tag)", declaration: declaration,
            siblings: try authorship.views(record.shown[tag]),
            edits: tag == .deleted ? try unseenEdits(of: record, authorship) : [], since: since)
    }

    private func unseenEdits(of record: StoredRecord, _ authorship: Authorship) throws -> [ConflictView.Edit] {
        guard case .deletedButEdited(let tags) = record.shown.deletion else { return [] }
        let seen = record.shown.seenByDeleters
        return try tags.flatMap { tag in
            let name = Catalogue.entity(record.type)?.field(tag: tag)?.name ?? "field-\(tag)"
            return try record.shown[tag].inOrder.filter { !seen.contains($0.dot) }.map {
                ConflictView.Edit(field: name, sibling: try authorship.view($0))
            }
        }
    }
}

extension RecordState {
    /// What the people who deleted the record knew of it together.
    fileprivate var seenByDeleters: KnownDots {
        var seen = KnownDots()
        for delete in self[.deleted].siblings {
            if case .known(let dots) = delete.value { seen.formUnion(dots) }
        }
        return seen
    }
}
