package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore
import SyncWire

extension VerbContext {
    /// Writes a refused set again with other values: its dots are named as overwritten, so that it has no second effect
    /// where it turns out accepted (sync-model §6).
    package func amend(_ name: String, _ arguments: [String]) throws -> Report {
        let parsed = try FieldArgument.parse(arguments)
        guard !parsed.isEmpty else { throw VerbFailure(.usage, Words("There is nothing to amend.", "没有要修正的内容。")) }
        let drafts = try store.write { access in
            let rejected = try refused(name, access)
            var drafts = try rejected.set.changes.compactMap { try again($0, access) }
            guard let first = drafts.first else { throw VerbFailure(.upgradeRequired) }
            let edits = FieldEdits(entity: first.entity, creating: first.creates, access: access)
            drafts[0].replace(try edits.edits(parsed))
            try commit(drafts, access)
            try access.settle(rejected.rowid)
            return drafts
        }
        return written(drafts[0], doing: Words("amended", "已修正"))
    }

    /// An own refused set that is not settled yet.
    func refused(_ name: String, _ access: ReadAccess) throws -> RejectedView {
        let all = try access.rejected()
        if let found = all.first(where: { $0.name == name }) { return found }
        throw VerbFailure(
            .notFound, Words("There is no rejected change \"\(name)\".", "没有被拒绝的修改“\(name)”。"),
            hint: Words("rejected lists them.", "可用 rejected 查看。"),
            details: .object([("candidates", .array(all.map { .string($0.name) }))]))
    }

    /// The same writes once more; nil for a type that this version does not know.
    private func again(_ change: Change, _ access: ReadAccess) throws -> RecordDraft? {
        guard let write = change.write, let entity = Catalogue.entity(change.type) else { return nil }
        let seen = try access.record(change.record, type: change.type)
        var draft = RecordDraft(entity, change.record, seen: seen, edits: [])
        draft.creates = seen == nil && write.creates
        for field in write.fields {
            // A removal names what it takes away; a value is written over what is shown now.
            draft.amends[field.tag] = field.value == nil ? [write.dot] + field.overwrites : [write.dot]
            // The scope follows from the fields, which may be amended.
            if let value = field.value, field.tag != .scope {
                draft.edits.append(FieldEdit(tag: field.tag, edit: .put(value)))
            }
        }
        return draft
    }
}

extension RecordDraft {
    /// Other values for fields of the draft, in place of those that it had.
    fileprivate mutating func replace(_ amended: [FieldEdit]) {
        let tags = Set(amended.map(\.tag))
        edits.removeAll { tags.contains($0.tag) }
        edits += amended
    }
}

package struct Amend<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "amend", abstract: "Mend a rejected change and send it again (修正).",
            discussion: """
                Fields that are not named stay as you had written them.

                Example: \(program) amend 17 quantity=2
                """)
    }

    @Argument(help: "The id that `rejected` prints.")
    package var id: String

    @Argument(help: "KEY=VALUE to write instead.")
    package var fields: [String] = []

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.amend(id, fields) }
}
