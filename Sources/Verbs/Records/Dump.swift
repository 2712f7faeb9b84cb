package import ArgumentParser
import FieldModel
import SyncStore

extension VerbContext {
    /// Prints what replicas that hold the same change sets have in common, to the byte.
    package func dump(scope: String?) throws -> Report {
        try store.read { access in try access.dump(scope: scope) { output.line($0) } }
        output.flush()
        return .printed
    }
}

package struct Dump<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "dump", abstract: "Print all records in a form that can be compared (导出比对).",
            discussion: """
                One JSON object a line, sorted; two replicas that hold the same change sets print the same bytes.

                Example: \(program) dump --canonical --scope catalog
                """)
    }

    @Flag(help: "The canonical form, which is the only one.")
    package var canonical = false

    @Option(help: "Only the records of this scope, such as catalog or site/ID.")
    package var scope: String?

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func validate() throws {
        guard canonical else { throw ValidationError("say --canonical") }
    }

    package func report(_ context: VerbContext) throws -> Report { try context.dump(scope: scope) }
}
