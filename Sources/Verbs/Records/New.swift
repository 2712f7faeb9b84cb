package import ArgumentParser
import FieldModel
import SyncStore

extension VerbContext {
    /// A new record of a type, from the arguments of a command line.
    package func new(_ type: String, _ arguments: [String]) throws -> Report {
        let entity = try Lookup.entity(type)
        let parsed = try FieldArgument.parse(arguments)
        let draft = try store.write { access in
            let edits = try FieldEdits(entity: entity, creating: true, access: access).edits(parsed)
            let draft = try completed(newDraft(entity, edits, access), access)
            try commit([draft], access)
            return draft
        }
        return written(draft)
    }
}

package struct New<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "new", abstract: "Make a record (新建记录).",
            discussion: """
                Its number is made here, without a network. Fields that the type does not have, and values that a field \
                cannot hold, are refused with what was near.

                Example: \(program) new site account=AC-HQ-HQ-000001-7 name="North pit" latitude=-31.95
                """)
    }

    @Argument(help: "The type, such as site, asset or work_order.")
    package var type: String

    @Argument(help: "KEY=VALUE; a set, log or counter may be given several times.")
    package var fields: [String] = []

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.new(type, fields) }
}
