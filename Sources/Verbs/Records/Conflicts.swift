package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// The fields that a person must decide.
    package func conflicts() throws -> Report {
        try store.read { access in
            let words = ConflictWords(names: RecordNames(access), now: now)
            let told = try access.conflicts().map { ($0, try words.message($0)) }
            let none = [Words("There are no conflicts.", "没有冲突。")]
            return .list(
                told.map { $0.json($1[language]) }, remarks: told.isEmpty ? none : []
            ) { language in
                told.flatMap { conflict, message in [message[language]] + conflict.choices }
            }
        }
    }
}

extension ConflictView {
    /// How each value would be kept.
    fileprivate var choices: [String] {
        let ref = record.number ?? record.id.description
        let dots = tag == .deleted ? [] : siblings.map { $0.mine ? "mine" : $0.dot.description }
        let keeps = dots.map { "  \(program) resolve \(ref) --field \(field) --keep \($0)" }
        return tag == .deleted
            ? ["true", "false"].map { "  \(program) resolve \(ref) --field deleted --value \($0)" } : keeps
    }
}

package struct Conflicts<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "conflicts", abstract: "List what was written concurrently and must be decided (冲突).",
            discussion: """
                Nothing is lost: every value is kept until somebody decides with `resolve`.

                Example: \(program) conflicts
                """)
    }

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.conflicts() }
}
