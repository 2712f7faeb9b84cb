import ArgumentParser
import FieldModel
import Foundation
import SyncCore
import SyncServer
import SyncStore
import SyncWire
import Verbs

extension Role: ExpressibleByArgument {}

struct User: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "People (用户).",
        discussion: "Example: fieldsyncd user add --data DIR --name wei --display \"Li Wei\" --role technician",
        subcommands: [UserAdd.self])
}

struct UserAdd: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a person (添加用户).",
        discussion: """
            Example: fieldsyncd user add --data DIR --name wei --display "Li Wei" --role technician dispatcher --branch Perth
            """)

    @Option(help: "The login, unique in the organisation.")
    var name: String

    @Option(help: "What people call him.")
    var display: String

    @Option(parsing: .upToNextOption, help: "One role or more.")
    var role: [Role]

    @Option(help: "His branch, by name or code (default: this node).")
    var branch: String?

    @Option(help: "A file whose first line is his password for the console.")
    var passwordFile: String?

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        let credential = try passwordFile.map { Password.credential(for: try Self.password($0, from: node.folder)) }
        let id = try node.node.store.write { access in
            let branch =
                try branch.map { try Lookup.record($0, type: EntityTag.branch, access).id } ?? node.identity.record
            let draft = PersonDraft(login: name, name: display, roles: role, branch: branch)
            guard let id = try access.add(draft, author: node.identity.record) else { throw Self.taken(name) }
            if let credential { try access.setCredential(credential, of: id) }
            return id
        }
        return Report(
            .object([("id", .string(id.description)), ("name", .string(name)), ("display", .string(display))]),
            text: { _ in ["\(name)  \(id)"] })
    }

    private static func taken(_ login: String) -> VerbFailure {
        VerbFailure(.exists, Words("Somebody has the login \(login) already.", "登录名 \(login) 已被使用。"))
    }

    private static func password(_ file: String, from folder: URL) throws -> String {
        let text = try String(contentsOf: URL(filePath: file, relativeTo: folder), encoding: .utf8)
        return String(text.prefix { !$0.isNewline })
    }
}
