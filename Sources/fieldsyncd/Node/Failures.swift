import FieldModel
import SyncClient
import SyncServer
import SyncStore
import SyncWire
import Verbs

extension VerbFailure {
    /// The errors of the rooms that only a node has; nil for others.
    static func translating(_ error: any Error) -> VerbFailure? {
        switch error {
        case let failure as NodeFailure: VerbFailure(failure)
        case let failure as ServingFailure: VerbFailure(failure)
        case let refusal as BackupRefusal: VerbFailure(refusal)
        case let failure as NodeKeys.Failure: VerbFailure(failure)
        case let error as RootBackupError: VerbFailure(error)
        case let failure as ExchangeFailure:
            VerbFailure(failure.known, Words(failure.message, "\(failure.known.entry.meaning.zh)（\(failure.message)）"))
        default: nil
        }
    }

    private init(_ failure: NodeFailure) {
        switch failure {
        case .exists(let path):
            self.init(.exists, Words("There is a node at \(path) already.", "\(path) 处已有节点。"))
        case .missing(let path):
            self.init(
                .notFound, Words("There is no node at \(path).", "\(path) 处没有节点。"),
                hint: Words("Make one with fieldsyncd init.", "请用 fieldsyncd init 创建。"))
        case .unreadable(let file): self.init(.ioError, Words("\(file) cannot be read.", "无法读取 \(file)。"))
        case .unwritable(let file): self.init(.ioError, Words("\(file) cannot be written.", "无法写入 \(file)。"))
        case .locked(let path):
            self.init(.busy, Words("Another process works at \(path).", "其他进程正在使用 \(path)。"))
        case .sealed(let file):
            self.init(
                .locked,
                Words(
                    "The node's data is sealed, and \(file) is not the key file that opens it.",
                    "节点数据已加密，\(file) 不是能打开它的密钥文件。"),
                hint: Words(
                    "Put the key file back; of a backup, name it with --data-key-file.",
                    "请放回密钥文件；恢复备份时可用 --data-key-file 指定。"))
        case .damagedIdentity(let what):
            self.init(.integrity, Words("\(what) is damaged.", "\(what) 已损坏。"))
        case .notEnrolled(let what): self.init(.notEnrolled, Words(what, what))
        }
    }

    private init(_ failure: ServingFailure) {
        switch failure {
        case .plainHTTPBeyondLoopback(let host):
            self.init(
                .usage,
                Words("--plain-http is for loopback only, not for \(host).", "--plain-http 只能用于本机回环地址，不能用于 \(host)。"))
        case .cannotListen(let what):
            self.init(.ioError, Words("This address cannot be listened on: \(what)", "无法监听此地址：\(what)"))
        case .badTLS(let what):
            self.init(.integrity, Words("The TLS certificate cannot be used: \(what)", "无法使用 TLS 证书：\(what)"))
        }
    }

    private init(_ refusal: BackupRefusal) {
        switch refusal {
        case .notEmpty(let path):
            self.init(
                .exists, Words("\(path) holds something that is no backup.", "\(path) 中有不属于备份的内容。"),
                hint: Words("Name a new folder.", "请指定一个新目录。"))
        case .ofAnotherNode(let path, let name):
            self.init(
                .exists, Words("\(path) holds the backups of \(name).", "\(path) 中是 \(name) 的备份。"),
                hint: Words("Name a folder of this node's own.", "请为本节点另指定目录。"))
        case .noBackup(let path):
            self.init(.notFound, Words("There is no backup in \(path).", "\(path) 中没有备份。"))
        case .tooEarly(let second):
            let earliest = Instant(milliseconds: second * 1000, offsetMinutes: 0).text
            self.init(
                .outOfRange, Words("The backup reaches back to \(earliest).", "备份最早可恢复到 \(earliest)。"),
                details: .object([("from", .string(earliest))]))
        }
    }

    private init(_ failure: NodeKeys.Failure) {
        switch failure {
        case .locked:
            self.init(
                .locked, Words("The backup's keys are sealed with another key file.", "备份中的密钥由另一密钥文件加密。"),
                hint: Words("Give it with --key-file.", "请用 --key-file 指定。"))
        case .damaged: self.init(.integrity, Words("The backup's keys are damaged.", "备份中的密钥已损坏。"))
        }
    }
}
