import FieldModel
import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire
import Verbs

/// What stays of a replica that was told to erase itself: how far that came, and its last word, signed while it had a key.
/// From the moment that it is written nothing is shown any more, and whatever runs next goes on with it.
struct WipedMark {
    enum Stage: String {
        /// Files may still be there.
        case erasing
        /// They are gone; the node may not know it.
        case erased
        case told
    }

    private static let header = "fieldsync wiped 1"

    let directory: ReplicaDirectory
    private(set) var stage: Stage
    let url: String
    let report: WireWipeReport

    init(_ directory: ReplicaDirectory, url: String, report: WireWipeReport) {
        (self.directory, self.url, self.report, stage) = (directory, url, report, .erasing)
    }

    /// Nil where nothing was erased.
    init?(_ directory: ReplicaDirectory) throws {
        guard let data = FileManager.default.contents(atPath: directory.wiped) else { return nil }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
        guard lines.count == 4, lines[0] == Self.header, let stage = Stage(rawValue: lines[1]),
            let bytes = Hex.bytes(lines[3])
        else { throw VerbFailure(.integrity, Words("\(directory.wiped) is damaged.", "\(directory.wiped) 已损坏。")) }
        (self.directory, self.stage, url, report) = (directory, stage, lines[2], try WireWipeReport(bounded: bytes))
    }

    /// The keys first: what they sealed is worth nothing then, whatever a disk keeps of it.
    mutating func erase() throws {
        guard stage == .erasing else { return }
        try keep(stage)
        for file in directory.family(of: directory.dataKeys) { try ReplicaVault.erase(file) }
        let rest = [directory.key, directory.database, directory.nextDatabase].flatMap(directory.family)
        for file in rest + [directory.blobs] { try Erasure.erase(file) }
        try keep(.erased)
    }

    /// Says so to the node; not said, it is said by the next `sync`.
    /// - Parameter url: of another node than the one that gave the order.
    mutating func tell(_ url: String? = nil) throws {
        guard stage == .erased else { return }
        do {
            try Wiped.tell(
                report, url: url ?? self.url, authorityFile: directory.authority, version: Version.text)
        } catch let failure as ExchangeFailure {
            throw self.failure(VerbFailure(failure).message)
        }
        try keep(.told)
        try Erasure.erase(directory.authority)
    }

    private mutating func keep(_ next: Stage) throws {
        stage = next
        let lines = [Self.header, next.rawValue, url, Hex.digits(report.encoded)]
        try directory.write(lines.joined(separator: "\n") + "\n", to: directory.wiped)
    }

    /// What every verb answers.
    /// - Parameter cause: why the node could not be told.
    func failure(_ cause: Words? = nil) -> VerbFailure {
        guard stage != .told else {
            return VerbFailure(
                .wiped, Words("This device erased itself, and its office knows.", "本机已自行擦除，办公室已得知。"),
                hint: Words("To use it again: field enroll, with a new code.", "如需继续使用，请用新的注册码执行 field enroll。"))
        }
        let why = cause.map { Words(" (\($0.en))", "（\($0.zh)）") } ?? Words("", "")
        return VerbFailure(
            .wiped,
            Words(
                "This device erased itself. The node does not know it yet\(why.en).", "本机已自行擦除，但节点尚未得知\(why.zh)。"),
            hint: Words("When the node can be reached: field sync", "能连上节点时请执行：field sync"))
    }

    /// Goes on with what was begun, and refuses everything else.
    static func demandNone(in directory: ReplicaDirectory) throws {
        guard var mark = try WipedMark(directory) else { return }
        try mark.erase()
        throw mark.failure()
    }

    /// The same for `sync`, which also tells the node.
    static func finish(in directory: ReplicaDirectory, url: String?) throws {
        guard var mark = try WipedMark(directory) else { return }
        try mark.erase()
        try mark.tell(url)
        throw mark.failure()
    }

    /// Where a node knows that all is gone, the folder may be enrolled anew.
    static func clear(_ directory: ReplicaDirectory) throws {
        if try WipedMark(directory)?.stage == .told { try Erasure.erase(directory.wiped) }
        try demandNone(in: directory)
    }
}
