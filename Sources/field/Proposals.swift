import ArgumentParser
import Verbs

struct Proposals: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What people propose to write who may not (建议).",
        discussion: "Example: field proposals",
        subcommands: [
            ProposalList<DeviceReplica>.self, ProposalAccept<DeviceReplica>.self, ProposalReject<DeviceReplica>.self,
        ],
        defaultSubcommand: ProposalList<DeviceReplica>.self)
}
