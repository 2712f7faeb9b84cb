package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    private static var proposalsMax: Int { 1_000 }

    /// Proposals that nobody has decided; `all`: the others, too.
    package func proposals(all: Bool) throws -> Report {
        try store.read { access in
            let told = try proposals(access, all: all)
            let none = [Words("There are no proposals.", "没有建议。")]
            return .list(
                told.map { $0.view.json($0.words[language], mayDecide: $0.mayDecide) },
                remarks: told.isEmpty ? none : []
            ) { language in
                told.map { "\($0.view.proposal.calledName)  \($0.words[language])" }
            }
        }
    }

    /// Those that wait for this reader: open ones that he may decide, and his own of which the field has changed.
    func proposalsWaiting(_ access: ReadAccess) throws -> [(view: ProposalView, mayDecide: Bool, words: Words)] {
        try proposals(access, all: false).filter { told in
            told.mayDecide || (told.view.state == .superseded && told.view.author == author)
        }
    }

    private func proposals(
        _ access: ReadAccess, all: Bool
    ) throws -> [(view: ProposalView, mayDecide: Bool, words: Words)] {
        let (reader, words) = (try reader(access), ProposalWords(names: RecordNames(access)))
        return try access.proposals(all: all, limit: Self.proposalsMax).map { view in
            let mayDecide = view.mayDecide(reader)
            return (view, mayDecide, try words.message(view, deciding: mayDecide))
        }
    }
}

package struct ProposalList<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list", abstract: "List what people propose to write (建议列表).",
            discussion: "Example: \(program) proposals list --all")
    }

    @Flag(help: "Also those that were decided.")
    package var all = false

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.proposals(all: all) }
}
