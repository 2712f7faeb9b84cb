import ArgumentParser
import Verbs

struct Proposals: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What people propose to write who may not (建议).",
        discussion: "Example: fieldsyncd proposals",
        subcommands: [ProposalList<NodeFolder>.self, ProposalAccept<NodeFolder>.self, ProposalReject<NodeFolder>.self],
        defaultSubcommand: ProposalList<NodeFolder>.self)
}
