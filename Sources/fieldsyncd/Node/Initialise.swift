import ArgumentParser
import FieldModel
import Foundation
import SyncClient
import SyncCore
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct Initialise: ParsableCommand {
    enum Role: String, ExpressibleByArgument, CaseIterable { case hq, branch }

    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a node (初始化节点).",
        discussion: """
            HQ is made once for an organisation; the password of its first administrator is printed once. A branch joins with \
            a code from HQ (fieldsyncd branch invite). Its data is sealed: whoever loses the key file loses the data.

            HQ whose machine and backups are lost is made again with --root-from, of a backup of its root key (fieldsyncd \
            root backup): branches and devices take it for the one that they know and bring back what they hold.

            Example: fieldsyncd init --data /var/lib/fieldsync --role hq --org "Southern Excavators" --host hq.example.com
            Example: fieldsyncd init --data /var/lib/fieldsync --role branch --upstream https://hq.example.com:7443 \
            --code CODE --name Perth
            Example: fieldsyncd init --data /var/lib/fieldsync --role hq --root-from typed.txt --host hq.example.com
            """)

    @Option(help: "hq or branch.")
    var role: Role

    @Option(help: "HQ: the organisation's name.")
    var org: String?

    @Option(help: "A branch: HQ's address.")
    var upstream: String?

    @Option(help: "A branch: the enrolment code from HQ.")
    var code: String?

    @Option(help: "A branch: its name.")
    var name: String?

    @Option(
        parsing: .upToNextOption,
        help: "Names and addresses that the node is reached at, besides 127.0.0.1, ::1 and localhost.")
    var host: [String] = []

    @Option(
        help:
            "A file of 32 bytes or more that opens the node's data; its path is remembered (default: DIR/data.key is made)."
    )
    var keyFile: String?

    @Option(
        parsing: .upToNextOption,
        help: "HQ made again: files with the backup of the root key, or with shares of it; - is standard input.")
    var rootFrom: [String] = []

    @Option(help: "A file whose first line opens a sealed backup of the root key (default: it is asked for).")
    var passphraseFile: String?

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard passphraseFile == nil || !rootFrom.isEmpty else {
            throw ValidationError("--passphrase-file opens what --root-from names")
        }
        switch role {
        case .hq:
            guard (org?.isEmpty == false) != !rootFrom.isEmpty else {
                throw ValidationError("HQ needs --org NAME, or --root-from FILE, whose name it takes")
            }
        case .branch:
            guard rootFrom.isEmpty else { throw ValidationError("--root-from makes HQ, not a branch") }
            guard upstream != nil, code != nil, name?.isEmpty == false else {
                throw ValidationError("a branch needs --upstream URL, --code CODE and --name NAME")
            }
        }
    }

    func run() throws {
        _ = try KeyFile.secret(keyFile, in: .currentDirectory())
        let root = try RootSource(files: rootFrom, passphraseFile: passphraseFile, folder: .currentDirectory()).secret()
        let setup = try NodeSetup(
            place.directory, environment: .system, keyFile: keyFile.map { URL(filePath: $0).path })
        let report =
            switch role {
            case .hq:
                try NewNode.headquarters(setup) { setup throws in
                    if let root { return try setup.recoverHeadquarters(root, hosts: host) }
                    return try setup.createHeadquarters(organisation: org ?? "", hosts: host)
                }
            case .branch:
                try NewNode.branch(
                    setup, name: name ?? "", hosts: host, upstream: upstream ?? "", code: code ?? "",
                    Output(output.style))
            }
        Output(output.style).show(report)
    }
}

/// What makes a folder a node.
private enum NewNode {
    static func headquarters(_ setup: NodeSetup, make: (NodeSetup) throws -> NewHeadquarters) throws -> Report {
        let made = try make(setup)
        let owned = try OwnedNode.open(setup.directory)
        let secrets: [(String, JSONValue)] = [
            ("root_fingerprint", .string(made.rootFingerprint)), ("admin", .string(made.admin)),
            ("password", .string(made.password)),
        ]
        let words = Words(
            "The password is shown this once. Back the root key up now: fieldsyncd root backup.",
            "密码只显示这一次。请立即备份根密钥：fieldsyncd root backup。")
        return Report(.object(try members(owned) + secrets), remarks: [words]) { _ in
            [
                "fingerprint \(made.fingerprint)", "root \(made.rootFingerprint)", "login \(made.admin)",
                "password \(made.password)",
            ]
        }
    }

    static func branch(
        _ setup: NodeSetup, name: String, hosts: [String], upstream: String, code: String, _ output: Output
    ) throws -> Report {
        let draft = try BranchDraft(name: name, hosts: hosts)
        let answer = try Enrolment.enroll(
            url: upstream, code: code, name: name, key: draft.key, version: Version.text, tlsRequest: draft.tlsRequest)
        guard let authority = answer.authorityPEM else { throw VerbFailure(.untrusted) }
        try setup.createBranch(
            draft,
            enrolment: BranchEnrolment(
                chain: answer.chain, root: answer.root, organisation: answer.organisation, authorityPEM: authority,
                tlsCertificate: answer.tlsCertificate), upstream: upstream)
        let owned = try OwnedNode.open(setup.directory)
        // The first pull may also come later, with `serve`.
        do { try owned.catchUp() } catch let failure as ExchangeFailure {
            output.remark(Words(failure.message, failure.message))
        }
        return Report(.object(try members(owned)), text: { _ in [owned.identity.name] })
    }

    private static func members(_ owned: OwnedNode) throws -> [(String, JSONValue)] {
        let fingerprint = try TLSAuthority.fingerprint(certificatePEM: owned.identity.authorityPEM)
        return [
            ("node", .string(owned.identity.record.description)), ("role", .string(owned.identity.role.rawValue)),
            ("name", .string(owned.identity.name)), ("fingerprint", .string(Hex.digits(fingerprint))),
        ]
    }
}
