package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// Gives a refused set up: a write of nothing over its dots, so that it has no effect where it turns out accepted.
    package func discard(_ name: String) throws -> Report {
        try store.write { access in
            let rejected = try refused(name, access)
            let drafts = try rejected.set.changes.compactMap { try nothing(over: $0, access) }
            if !drafts.isEmpty { try access.commit(drafts.map(\.localChange), author: author) }
            try access.settle(rejected.rowid)
        }
        return Report(
            .object([("id", .string(name)), ("discarded", .bool(true))]), remarks: [Words("Discarded.", "已放弃。")])
    }

    /// Nil for a record that is not here: its creation was refused, and so would a write to it be.
    private func nothing(over change: Change, _ access: ReadAccess) throws -> RecordDraft? {
        guard let write = change.write, let entity = Catalogue.entity(change.type),
            let seen = try access.record(change.record, type: change.type)
        else { return nil }
        var draft = RecordDraft(entity, change.record, seen: seen, edits: [])
        for field in write.fields { draft.amends[field.tag] = [write.dot] }
        return draft
    }
}

package struct Discard<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "discard", abstract: "Give a rejected change up (放弃).",
            discussion: """
                It stays in the log, but is listed no more.

                Example: \(program) discard 17
                """)
    }

    @Argument(help: "The id that `rejected` prints.")
    package var id: String

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.discard(id) }
}
