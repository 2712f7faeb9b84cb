package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// Deletes a record: what its deleter had not seen stays to be decided.
    package func delete(_ ref: String) throws -> Report {
        let draft = try store.write { access in
            var draft = try existing(ref, access)
            draft.edits = [Self.deletion(of: draft)]
            try commit([draft], access)
            return draft
        }
        return written(draft, doing: Words("deleted", "已删除"))
    }

    static func deletion(of draft: RecordDraft) -> FieldEdit {
        FieldEdit(tag: .deleted, edit: .put(.known(draft.seen?.known ?? KnownDots())))
    }
}

package struct Delete<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "delete", abstract: "Delete a record (删除记录).",
            discussion: """
                Somebody who edits it without having seen this is not overruled: the record is then shown as deleted, but \
                edited. `resolve REF --field deleted --value false` takes a deletion back.

                Example: \(program) delete 5f3a9c
                """)
    }

    @Argument(help: "The record: its number, its id, or 6 or more last digits of the id.")
    package var ref: String

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.delete(ref) }
}
