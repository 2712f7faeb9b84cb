import ArgumentParser
import FieldModel
import Foundation
import SyncStore
import SyncWire

/// The errors of the rooms below, in the words of the catalogue. What is not named here is our own mistake.
extension VerbFailure {
    package init(_ error: any Error) {
        self =
            switch error {
            case let failure as VerbFailure: failure
            case let failure as StoreFailure: VerbFailure(store: failure)
            case CommitFailure.tooLarge(let bytes, let changes): .tooLarge(bytes: bytes, changes: changes)
            case is PersonErased: VerbFailure(.personErased)
            case let error as BlobTooLarge: .tooLarge(error)
            case is BlobFileExists: VerbFailure(.exists, Words("There is a file of that name.", "已有同名文件。"))
            case let error as WireError: VerbFailure(error.code, Words(error.detail, error.detail))
            case let error as EnrolmentCodeError: VerbFailure(.badCode, Words(error.words))
            case let error as CocoaError: VerbFailure(file: error)
            default: VerbFailure(.internalError, Words("\(error)", "\(error)"))
            }
    }

    private init(store failure: StoreFailure) {
        switch failure {
        case .missing(let path):
            self.init(.notFound, Words("There is no database at \(path).", "\(path) 处没有数据库。"))
        case .newer(let found, let known):
            self.init(
                .upgradeRequired,
                Words(
                    "The database is of a newer version (\(found)) than this program knows (\(known)).",
                    "数据库版本（\(found)）高于本程序所支持的版本（\(known)）。"))
        case .busy: self.init(.busy)
        case .takenOver(isMoved: false): self.init(.takenOver)
        case .takenOver(isMoved: true):
            self.init(
                .takenOver,
                Words(
                    "The node's database is not where this process opened it: it was moved, or another was put there.",
                    "节点数据库已不在本进程打开它的位置：已被移走，或被另一个数据库取代。"))
        case .diskFull: self.init(.diskFull)
        case .inputOutput(let what): self.init(.ioError, Words(what, what))
        case .integrity(let what): self.init(.integrity, Words(what, what))
        case .damaged: self.init(.integrity, Words("The database is damaged.", "数据库已损坏。"))
        }
    }

    private init(file error: CocoaError) {
        let path = error.filePath ?? ""
        switch error.code {
        case .fileWriteOutOfSpace: self.init(.diskFull)
        case .fileNoSuchFile, .fileReadNoSuchFile:
            self.init(.notFound, Words("There is no file \(path).", "没有文件 \(path)。"))
        default: self.init(.ioError, Words("\(path): \(error.localizedDescription)", "无法读写 \(path)。"))
        }
    }

    private static func tooLarge(_ file: BlobTooLarge) -> VerbFailure {
        VerbFailure(
            .payloadTooLarge,
            Words(
                "An attachment has at most \(ByteCount.text(Limits.blobBytesMax)); this has \(ByteCount.text(file.bytes)).",
                "附件最大 \(ByteCount.text(Limits.blobBytesMax))，此文件为 \(ByteCount.text(file.bytes))。"))
    }

    private static func tooLarge(bytes: Int, changes: Int) -> VerbFailure {
        VerbFailure(
            .payloadTooLarge,
            Words(
                "One command may change \(Limits.changeSetChangesMax) records and \(Limits.changeSetBytesMax) bytes"
                    + " at most; this is \(changes) and \(bytes).",
                "一条命令最多修改 \(Limits.changeSetChangesMax) 条记录、\(Limits.changeSetBytesMax) 字节；"
                    + "此命令为 \(changes) 条、\(bytes) 字节。"))
    }
}
