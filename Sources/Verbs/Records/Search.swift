package import ArgumentParser
import SyncStore

extension VerbContext {
    /// Records that have all words of a text.
    /// - Parameter unmasked: whether phone numbers and addresses of persons are shown whole.
    package func search(_ text: String, limit: Int, unmasked: Bool = false) throws -> Report {
        try store.read { access in try listed(access.search(text, limit: limit), unmasked: unmasked, access) }
            .disclosing(unmasked ? ["search", text] : [], at: store)
    }
}

package struct Search<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "search", abstract: "Find records by words in their texts (全文检索).",
            discussion: """
                All words must be there; beginnings of words count, and Chinese from one character on.

                Example: \(program) search hose 漏油
                """)
    }

    @Argument(help: "Words.")
    package var text: [String]

    @Option(help: "At most so many.")
    package var limit = 50

    @Flag(help: "Phone numbers and addresses of persons whole; a node's audit tells of it.")
    package var unmasked = false

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func validate() throws { try RecordLimit.validate(limit) }

    package func report(_ context: VerbContext) throws -> Report {
        try context.search(text.joined(separator: " "), limit: limit, unmasked: unmasked)
    }
}
