import ArgumentParser
import FieldModel
import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire
import Verbs

struct AttachmentGet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Fetch an attachment, or copy it to a file (获取附件).",
        discussion: """
            What is not on this device is fetched now; without a network, or while no node that can be reached has it, that \
            exits 10, and what came of it is kept for the next time.

            Example: field attachments get 5f3a9c01 --out leak.jpg
            """)

    @Argument(help: "The attachment: its id, 6 or more last digits of it, or the SHA-256 of its bytes.")
    var ref: String

    @Option(help: "Where to copy it to (default: it is only brought here).")
    var out: String?

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func run() throws {
        let (replica, output) = (try Replica.open(place.directory), Output(self.output.style))
        let view = try replica.store.read { try $0.attachment(ref) }
        let isHere = replica.blobs.folder.size(view.hash) != nil
        if !isHere { try OnDemand(replica: replica, view: view, output: output).fetch() }
        try replica.store.write { try $0.noteBlob(used: view.hash) }
        let path = try out.map { try copy(view.hash, to: $0, replica) }
        let members: [(String, JSONValue)] = [
            ("id", .string(view.record.id.description)), ("sha256", .string(view.hash.description)),
            ("size", .integer(view.size)), ("path", path.map(JSONValue.string) ?? .null), ("fetched", .bool(!isHere)),
        ]
        let here = Words("It is on this device; --out FILE copies it to a file.", "已在本机；用 --out FILE 复制到文件。")
        output.show(Report(.object(members)) { [path ?? here[$0]] })
    }

    private func copy(_ hash: BlobHash, to file: String, _ replica: Replica) throws -> String {
        let path = URL(filePath: file).path
        do { try replica.blobs.folder.copy(hash, to: path) } catch StoreFailure.missing {
            throw VerbFailure(
                .notFound, Words("\(path) cannot be made: there is no such folder.", "无法创建 \(path)：目录不存在。"),
                hint: Words("Name a file in a folder that is there.", "请指定已有目录中的文件。"))
        }
        return path
    }
}

/// Brings an attachment here because somebody waits for it.
private struct OnDemand {
    /// How long a branch is given to fetch it from headquarters.
    private static let waitSeconds = 30.0
    private static let retrySeconds = 0.5

    let replica: Replica
    let view: AttachmentView
    let output: Output

    func fetch() throws {
        guard try replica.store.read({ try $0.blobSettings().policy }) != .never else {
            throw VerbFailure(
                .constraint, Words("This device fetches no attachments.", "本机不下载附件。"),
                hint: Words("Say attachments policy on_demand first.", "请先执行 attachments policy on_demand。"))
        }
        try replica.blobs.makeRoom(for: view.size, keeping: nil)
        let lane = BlobLane(replica.blobs, upstream: replica.upstream(nil), person: replica.identity.user)
        lane.show(on: output)
        defer { output.progress(nil) }
        let deadline = Date(timeIntervalSinceNow: Self.waitSeconds)
        while true {
            do { return try lane.fetch(view.hash, size: view.size) } catch let failure as ExchangeFailure {
                guard failure.code == ErrorCode.unavailable.rawValue, Date() < deadline else { throw failure }
                Thread.sleep(forTimeInterval: Self.retrySeconds)
            }
        }
    }
}
