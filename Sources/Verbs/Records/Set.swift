package import ArgumentParser
import FieldModel
import SyncStore
import SyncWire

extension VerbContext {
    /// Changes fields of a record, from the arguments of a command line.
    package func set(_ ref: String, _ arguments: [String]) throws -> Report {
        let parsed = try FieldArgument.parse(arguments)
        guard !parsed.isEmpty else { throw VerbFailure(.usage, Words("There is nothing to set.", "没有要填写的内容。")) }
        let draft = try store.write { access in
            var draft = try existing(ref, access)
            draft.edits = try FieldEdits(entity: draft.entity, creating: false, access: access).edits(parsed)
            try commit([draft], access)
            return draft
        }
        return written(draft)
    }
}

package struct SetFields<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "set", abstract: "Change fields of a record (修改字段).",
            discussion: """
                KEY=VALUE replaces, KEY= clears, KEY+=VALUE adds to a set, log or counter, KEY-=VALUE takes from a set or \
                counter.

                Example: \(program) set WO-GZ03-K7-000214-5 fault_code=HOSE-LEAK notes+="hose replaced"
                """)
    }

    @Argument(help: "The record: its number, its id, or 6 or more last digits of the id.")
    package var ref: String

    @Argument(help: "KEY=VALUE, KEY+=VALUE, KEY-=VALUE or KEY=.")
    package var fields: [String] = []

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.set(ref, fields) }
}
