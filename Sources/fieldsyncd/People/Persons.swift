import ArgumentParser
import FieldModel
import Foundation
import SyncCore
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct Persons: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person", abstract: "What is personal: export, erasure, and who is due for it (个人信息).",
        discussion: "Example: fieldsyncd person export 0198f2c1 --data DIR --out zhang.json",
        subcommands: [PersonExport.self, PersonErase.self, PersonDue.self])
}

struct PersonDue: RecordVerb {
    static let configuration = CommandConfiguration(
        commandName: "due", abstract: "List people whom nobody has needed for years (到期人员).",
        discussion: """
            Contacts whose record was not written for so long, and whose customer has had no request and no order since; \
            users who are not active any more. The longest unused come first. It erases nobody.

            Example: fieldsyncd person due --years 3 --data DIR
            """)

    @Option(help: "For how long what is personal is kept without being used, 1 to 100.")
    var years: Int

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...100).contains(years) else { throw ValidationError("--years is a number from 1 to 100") }
    }

    func run() throws { try place.perform(self) }

    func report(_ context: VerbContext) throws -> Report { try context.peopleDue(years: years) }
}

struct PersonExport: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write everything that is known about a person (导出个人信息).",
        discussion: """
            One JSON document: the record with its history, the records that name it, attachments about it, and what the \
            person wrote. The audit tells that it was given out.

            Example: fieldsyncd person export 0198f2c1 --data DIR --out zhang.json
            """)

    @Argument(help: "The contact or user: an id, 6 or more last digits of it, or a user's login.")
    var person: String

    @Option(help: "The new file, for its owner alone (default: printed).")
    var out: String?

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        let context = node.context(Output(output.style, sink: .process), folder: node.folder.path)
        let document = try context.personalExport(person)
        guard let out else { return Report(document) { _ in [document.canonical()] } }
        let path = URL(filePath: out, relativeTo: node.folder).path
        guard !FileManager.default.fileExists(atPath: path) else {
            throw VerbFailure(.exists, Words("There is a file \(path) already.", "文件 \(path) 已存在。"))
        }
        let made = FileManager.default.createFile(
            atPath: path, contents: Data((document.canonical() + "\n").utf8), attributes: [.posixPermissions: 0o600])
        guard made else { throw VerbFailure(.ioError, Words("\(path) cannot be written.", "无法写入 \(path)。")) }
        return Report(
            .object([("file", .string(path))]),
            remarks: [Words("\(path) is in the clear: give it to the person alone.", "\(path) 未加密：只应交给本人。")]
        ) { _ in [path] }
    }
}

struct PersonErase: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erase what is personal about a person, everywhere and for ever (删除个人信息).",
        discussion: """
            At headquarters. Every node and device that hears of it destroys the keys of what is personal about him: name, \
            phone numbers, e-mail addresses. What he is named in stays. Without --confirm it erases nothing, and says what \
            it would.

            Example: fieldsyncd person erase 0198f2c1 --reason "asked on 2026-11-20" --confirm 8a0198f2c1 --data DIR
            """)

    @Argument(help: "The contact or user: an id, 6 or more last digits of it, or a user's login.")
    var person: String

    @Option(help: "Why, without saying anything personal: it stays for ever.")
    var reason: String

    @Option(help: "The digits that the same command without it prints.")
    var confirm: String?

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        guard node.identity.isHQ else { throw VerbFailure(.notOwn, Messages.erasureOfOthers) }
        guard !reason.isEmpty else { throw VerbFailure(.missing, Words("Say why with --reason.", "请用 --reason 说明原因。")) }
        return try node.node.store.write { access in
            let (type, id) = try Lookup.person(person, access)
            let digits = String(id.description.filter { $0 != "-" }.suffix(10))
            guard confirm == digits else { throw try unconfirmed(type, id, digits, access) }
            let erasure = try access.erase(id, reason: reason, author: node.identity.record)
            return Report(
                .object([("person", .string(id.description)), ("erasure", .string(erasure.description))]),
                remarks: [
                    Words(
                        "Erased here; nodes and devices follow as they hear of it.", "此处已删除；各节点和设备收到后随即删除。"),
                    Words(
                        "Bring every folder of backups up to date now: until then it has the keys.",
                        "请立即更新每个备份目录：在此之前，其中仍有密钥。"),
                ]
            ) { _ in [id.description] }
        }
    }

    private func unconfirmed(
        _ type: TypeTag, _ id: RecordID, _ digits: String, _ access: ReadAccess
    ) throws -> VerbFailure {
        let name = try access.shown(id, expected: type)?.title ?? id.description
        let count = try access.attachments(about: id).count
        if let confirm {
            return VerbFailure(
                .usage,
                Words(
                    "Nothing was erased: \(confirm) is not what confirms \(name).",
                    "未删除任何内容：\(confirm) 与“\(name)”的确认码不符。"))
        }
        return VerbFailure(
            .usage,
            Words(
                "Nothing was erased yet. This erases what is personal about \(name), for ever, and \(count) attachments.",
                "尚未删除任何内容。此操作将永久删除“\(name)”的个人信息和 \(count) 个附件。"),
            hint: Words("To erase it, add --confirm \(digits)", "如确定删除，请加上 --confirm \(digits)"),
            details: .object([("confirm", .string(digits))]))
    }
}
