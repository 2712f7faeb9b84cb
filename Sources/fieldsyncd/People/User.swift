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
        subcommands: [UserAdd.self, UserPassword.self])
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
        let credential = try passwordFile.map { try Password.credential(for: Password.read($0, in: node.folder)) }
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

}

struct UserPassword: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Give a person a new password for the console (重置密码).",
        discussion: """
            For whoever operates the machine: it asks for no old one, and the audit tells of it. The new one is printed this \
            once, or comes from a file. It counts at this node.

            Example: fieldsyncd user password admin --data /var/lib/fieldsync
            """)

    @Argument(help: "The person's login.")
    var login: String

    @Option(help: "A file whose first line is the new password (default: one is made and printed).")
    var passwordFile: String?

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        let made = passwordFile == nil ? Password.random() : nil
        let password = try made ?? passwordFile.map { try Password.read($0, in: node.folder) } ?? ""
        let credential = Password.credential(for: password)
        let id = try node.node.store.write { access in
            guard let person = try access.person(login: login) else {
                throw VerbFailure(
                    .notFound, Words("Nobody here has the login \(login).", "此处没有登录名 \(login)。"),
                    hint: Words("list user shows who is here.", "可用 list user 查看此处的用户。"))
            }
            try access.setCredential(credential, of: person.id)
            return person.id
        }
        let words = made.map { _ in Words("The password is shown this once.", "密码只显示这一次。") }
        let members: [(String, JSONValue)] = [
            ("id", .string(id.description)), ("login", .string(login)),
            ("password", made.map(JSONValue.string) ?? .null),
        ]
        return Report(.object(members), remarks: [words].compactMap { $0 }) { _ in made.map { ["password \($0)"] } ?? []
        }
    }
}

extension Password {
    /// The first line of a file.
    fileprivate static func read(_ file: String, in folder: URL) throws -> String {
        let text = try String(contentsOf: URL(filePath: file, relativeTo: folder), encoding: .utf8)
        let password = String(text.prefix { !$0.isNewline })
        guard !password.isEmpty else {
            throw VerbFailure(
                .usage, Words("The first line of \(file) is empty.", "\(file) 的第一行为空。"),
                hint: Words("Put the password there.", "请将密码写在第一行。"))
        }
        return password
    }
}
