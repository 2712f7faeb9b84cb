import FieldModel
import Foundation
import SyncServer
import SyncWire
import Verbs

/// The files of which a root key is restored.
struct RootSource {
    /// `-` is standard input.
    let files: [String]
    let passphraseFile: String?
    let folder: URL
    /// Whether somebody may be at the terminal.
    var asks = true

    /// Nil where no file is named.
    func secret() throws -> RootSecret? {
        guard !files.isEmpty else { return nil }
        var (whole, shares): ([RootSecret], [RootShare]) = ([], [])
        for file in files {
            let text = try text(of: file)
            if let sealed = SealedRoot(text: text) {
                whole.append(try open(sealed, file))
                continue
            }
            do throws(RootBackupError) {
                for page in try RootPaper.pages(of: text) {
                    switch page {
                    case .whole(let secret): whole.append(secret)
                    case .share(let share): shares.append(share)
                    }
                }
            } catch {
                throw files.count == 1 ? VerbFailure(error) : VerbFailure(error, in: file)
            }
        }
        return try RootSecret.restore(whole: whole, shares: shares)
    }

    private func text(of file: String) throws -> String {
        if file == "-" { return String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self) }
        return String(decoding: try Data(contentsOf: URL(filePath: file, relativeTo: folder)), as: UTF8.self)
    }

    private func open(_ sealed: SealedRoot, _ file: String) throws -> RootSecret {
        guard let secret = sealed.open(passphrase: try passphrase()) else {
            throw VerbFailure(
                .locked, Words("\(file) is sealed under another passphrase.", "\(file) 由另一口令加密。"),
                hint: Words("Give it with --passphrase-file.", "请用 --passphrase-file 指定口令。"))
        }
        return secret
    }

    private func passphrase() throws -> [UInt8] {
        if let passphraseFile { return try Passphrase.read(passphraseFile, in: folder) }
        let prompt = Words("Passphrase of the root key: ", "根密钥口令：")
        return asks ? Terminal.ask(prompt[OutputStyle.languageOfEnvironment]) ?? [] : []
    }
}

/// A passphrase in a file.
enum Passphrase {
    /// The first line.
    static func read(_ file: String, in folder: URL) throws -> [UInt8] {
        let text = try Data(contentsOf: URL(filePath: file, relativeTo: folder))
        return Array(text.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") })
    }
}

extension VerbFailure {
    fileprivate init(_ error: RootBackupError, in file: String) {
        self.init(.invalidValue, Words("\(file): \(error.words.en)", "\(file)：\(error.words.zh)"))
    }
}
