import ArgumentParser
import FieldModel
import SyncClient
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct DeviceInvite: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Make an enrolment code for a device (设备注册码).",
        discussion: """
            The code is good once and for a short time. A person who is not known here is asked for upstream first.

            Example: fieldsyncd device invite --data DIR --user wei --name tablet
            """)

    @Option(help: "The person's login.")
    var user: String

    @Option(help: "What the device shall be called.")
    var name: String?

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        let person = try self.person(node)
        let invitations = try Invitations(node.identity)
        return try node.node.store.write { try invitations.device(of: person.id, name: name ?? "", $0) }.report
    }

    private func person(_ node: OwnedNode) throws -> Person {
        if let person = try known(node) { return person }
        // Who cannot be asked does not know: the answer is the same.
        do { try node.catchUp() } catch is ExchangeFailure {}
        if let person = try known(node) { return person }
        throw VerbFailure(
            .notFound, Words("There is no user \"\(user)\".", "没有用户“\(user)”。"),
            hint: Words("Add him with user add.", "请用 user add 添加。"))
    }

    private func known(_ node: OwnedNode) throws -> Person? {
        try node.node.store.read { try $0.person(login: user) }
    }
}

extension Invitation {
    var report: Report {
        Report(
            .object([("code", .string(code)), ("expires_at", Moments.json(expiresAt))]),
            remarks: [Words("Good once, until \(Moments.text(expiresAt)).", "一次有效，至 \(Moments.text(expiresAt))。")],
            text: { _ in [code] })
    }
}
