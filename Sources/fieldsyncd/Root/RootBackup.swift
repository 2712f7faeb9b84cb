import ArgumentParser
import FieldModel
import Foundation
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct RootBackup: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write HQ's root key down, to be kept outside of the machine (备份根密钥).",
        discussion: """
            With it, and with nothing else of HQ, fieldsyncd init --root-from makes an HQ that branches and devices take for \
            theirs. In one of three forms: a page to be printed; several pages of which a certain number are needed; or a file \
            for a stick, sealed under a passphrase. It never changes but by root rotate, so one backup is enough; check it \
            with root verify.

            Example: fieldsyncd root backup --print --data /var/lib/fieldsync | lpr
            Example: fieldsyncd root backup --split 5 --threshold 3 --data /var/lib/fieldsync | lpr
            Example: fieldsyncd root backup --out /media/stick/root.backup --passphrase-file FILE --data /var/lib/fieldsync
            """)

    @Flag(name: .customLong("print"), help: "One page: whoever has it has the key.")
    var printed = false

    @Option(help: "So many pages, each a share.")
    var split: Int?

    @Option(help: "How many shares are needed to have the key.")
    var threshold: Int?

    @Option(help: "A new file, sealed under a passphrase.")
    var out: String?

    @Option(help: "With --out: a file whose first line is the passphrase.")
    var passphraseFile: String?

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard [printed, split != nil, out != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("one of --print, --split N --threshold K, --out FILE --passphrase-file FILE")
        }
        guard (split == nil) == (threshold == nil), (out == nil) == (passphraseFile == nil) else {
            throw ValidationError("--split goes with --threshold, --out with --passphrase-file")
        }
        guard let split, let threshold else { return }
        guard 2...SecretSharing.sharesMax ~= split, 2...split ~= threshold else {
            throw ValidationError("--split takes 2 to \(SecretSharing.sharesMax), --threshold 2 to --split")
        }
    }

    func report(_ node: OwnedNode) throws -> Report {
        let secret = try node.rootSecret()
        let (report, form) = try made(secret, node)
        try node.node.store.write { try $0.noteRootBackup(form: form, fingerprint: secret.fingerprint) }
        return report
    }

    private func made(_ secret: RootSecret, _ node: OwnedNode) throws -> (Report, form: String) {
        if let out { return (try sealed(secret, to: out, in: node.folder), "sealed") }
        guard let split, let threshold else { return (pages([.whole(secret)], of: secret), "printed") }
        let shares = RootShare.split(secret, into: split, threshold: threshold)
        return (pages(shares.map { .share($0) }, of: secret), "split \(split) \(threshold)")
    }

    private func pages(_ papers: [RootPaper], of secret: RootSecret) -> Report {
        let pages = papers.map { RootPage(paper: $0, secret: secret) }
        let json = JSONValue.object([
            ("fingerprint", .string(secret.fingerprint)), ("pages", .array(pages.map(\.json))),
        ])
        let text = pages.map(\.lines)
        // A printer begins a new sheet at a form feed.
        return Report(json) { _ in Array(text.joined(separator: ["\u{0C}"])) }
    }

    private func sealed(_ secret: RootSecret, to path: String, in folder: URL) throws -> Report {
        guard let passphraseFile else { throw VerbFailure(.usage) }
        let passphrase = try Passphrase.read(passphraseFile, in: folder)
        guard passphrase.count >= SealedRoot.passphraseBytesMin else {
            throw VerbFailure(
                .usage,
                Words(
                    "The passphrase has less than \(SealedRoot.passphraseBytesMin) characters.",
                    "口令少于 \(SealedRoot.passphraseBytesMin) 个字符。"),
                hint: Words("Take five words or more that nobody guesses.", "请使用五个以上他人猜不到的词。"))
        }
        let file = URL(filePath: path, relativeTo: folder).path
        try SecretFile.write(Array(SealedRoot.seal(secret, passphrase: passphrase).text.utf8), to: file)
        let words = Words(
            "\(file) holds the root key \(secret.fingerprint). Keep the passphrase elsewhere.",
            "\(file) 中是根密钥 \(secret.fingerprint)。口令请另处保管。")
        return Report(
            .object([("fingerprint", .string(secret.fingerprint)), ("file", .string(file))]), remarks: [words])
    }
}
