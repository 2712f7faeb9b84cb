package import FieldModel
import GRDB
package import SyncCore

/// What somebody proposes to write, beside what its subject shows.
package struct ProposalView: Sendable {
    package let proposal: ShownRecord
    /// Nil: it is not here.
    package let subject: ShownRecord?
    /// Nil: this version does not know the subject's type or field.
    package let field: FieldDeclaration?
    package let operation: ProposedOperation
    /// Nil: to clear the field.
    package let value: Value?
    /// As it was shown to who proposed it; nil: nothing.
    package let base: String?
    package let author: RecordID
    /// Nil when the author's record is not here.
    package let authorName: String?
    /// Milliseconds since 1970 UTC.
    package let at: Int64
    package let state: ProposalState

    /// What the subject shows in the field now.
    package var current: ShownValue? { field.flatMap { subject?[$0.name] } }

    /// What is about: whoever may write it decides.
    package var proposed: ProposedField? {
        guard let subject, let field else { return nil }
        return ProposedField(type: subject.type, field: field.tag)
    }
}

extension ReadAccess {
    /// Proposals, newest first.
    /// - Parameter all: those that were decided, too.
    package func proposals(all: Bool = false, limit: Int) throws -> [ProposalView] {
        guard let table = RecordTable.all[EntityTag.proposal] else { return [] }
        let undecided = all ? "" : "AND decision IS NULL"
        let statement = try prepare(table.viewSQL + " WHERE deleted = 0 \(undecided) ORDER BY id DESC LIMIT ?")
        statement.bind(1, Int64(limit))
        let authorship = try Authorship(self)
        return try statement.all { try shownRecord(in: $0, table: table) }.compactMap { try proposal($0, authorship) }
    }

    /// Nil where no such proposal is here.
    package func proposal(_ id: RecordID) throws -> ProposalView? {
        try shownRecord(id, type: EntityTag.proposal).flatMap { try proposal($0, Authorship(self)) }
    }

    private func proposal(_ shown: ShownRecord, _ authorship: Authorship) throws -> ProposalView? {
        guard var record = try load(shown.id, type: EntityTag.proposal) else { return nil }
        record.shown = try opened(record.shown, of: shown.id)
        func texts(_ name: String) -> [String] {
            Catalogue.proposal.shown(name, of: record.shown).compactMap { value in
                if case .text(let text) = value { text } else { nil }
            }
        }
        func siblings(_ name: String) -> [Sibling] {
            Catalogue.proposal.field(named: name).map { record.shown[$0.tag].inOrder } ?? []
        }
        // What was proposed about somebody who was erased is proposed no more.
        if siblings("value").contains(where: { $0.value == .unreadable }) { return nil }
        guard let made = siblings("subject").first, case .reference(let target) = made.value,
            let operation = texts("operation").first.flatMap(ProposedOperation.init)
        else { return nil }
        let subject = try self.shown(target)
        let field = subject.flatMap { Catalogue.entity($0.type) }.flatMap {
            $0.field(named: texts("field").first ?? "")
        }
        let value = field.flatMap { field in texts("value").first.flatMap { field.value(printed: $0) } }
        let decisions = siblings("decision").compactMap { sibling in
            if case .text(let word) = sibling.value { ProposalDecision(rawValue: word) } else { nil }
        }
        let isChanged = Self.isChanged(subject, field, operation, value, base: texts("base").first)
        return ProposalView(
            proposal: shown, subject: subject, field: field, operation: operation, value: value,
            base: texts("base").first, author: made.author, authorName: try authorship.name(of: made.author),
            at: made.timestamp.milliseconds, state: ProposalState(decisions: decisions, isChanged: isChanged))
    }

    /// Whether a field is not what it was: for a set, whether the proposal has come true without anybody deciding it.
    private static func isChanged(
        _ subject: ShownRecord?, _ field: FieldDeclaration?, _ operation: ProposedOperation, _ value: Value?,
        base: String?
    ) -> Bool {
        guard let subject, let field else { return false }
        switch (operation, subject[field.name]) {
        case (.set, .one(let current)?): return current.printed != base
        case (.set, _): return base != nil
        case (.add, .many(let elements)?) where field.kind == .set: return value.map(elements.contains) ?? false
        case (.take, .many(let elements)?): return !(value.map(elements.contains) ?? false)
        case (.take, _): return true
        case (.add, _): return false
        }
    }

    /// The field that a proposal is about; nil where its subject is not here, or has no such field.
    package func proposed(_ name: String, of subject: RecordID) throws -> ProposedField? {
        guard let type = try typeOfRecord(subject), let field = Catalogue.entity(type)?.field(named: name) else {
            return nil
        }
        return ProposedField(type: type, field: field.tag)
    }
}
