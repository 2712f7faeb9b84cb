import ArgumentParser
import FieldModel
import SyncCore
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct Branch: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Branches below this node (分公司).",
        discussion: "Example: fieldsyncd branch invite --data DIR --name Perth",
        subcommands: [BranchInvite.self, BranchList.self])
}

struct BranchInvite: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Make an enrolment code for a branch (分公司注册码).",
        discussion: """
            At HQ. The branch's record is made now, so that people can be assigned to it before its machine is there.

            Example: fieldsyncd branch invite --data DIR --name Perth
            """)

    @Option(help: "The branch's name.")
    var name: String

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !name.isEmpty else { throw ValidationError("a branch has a name") }
    }

    func report(_ node: OwnedNode) throws -> Report {
        guard node.identity.isHQ else {
            throw VerbFailure(
                .constraint, Words("Branches enrol at HQ.", "分公司在总部注册。"),
                hint: Words("Run this at HQ.", "请在总部执行。"))
        }
        let invitations = try Invitations(node.identity)
        return try node.node.store.write { try invitations.branch(named: name, $0) }.report
    }
}

struct BranchList: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the branches and when they last exchanged (分公司列表).",
        discussion: "Example: fieldsyncd branch list --data DIR")

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        let links = try node.node.store.read { try $0.branchLinks() }
        var table = TextTable()
        for link in links {
            let pending = link.pending.map(String.init) ?? "–"
            table.add([link.name, link.url, link.lastExchangeAt.map(Moments.text) ?? "–", pending])
        }
        return .list(links.map(\.json)) { _ in table.lines }
    }
}

extension BranchLink {
    fileprivate var json: JSONValue {
        .object([
            ("id", .string(id.description)), ("name", .string(name)), ("url", .string(url)),
            ("last_exchange_at", lastExchangeAt.map(Moments.json) ?? .null),
            ("pending", pending.map { .integer(Int64($0)) } ?? .null),
        ])
    }
}
