import FieldModel
import Foundation
import SyncClient
import SyncStore
import SyncWire
import Verbs

/// A fresh replica is made beside a damaged one and then put into its place; the damaged files stay under another name.
/// Broken off anywhere, it is gone on with: before the fresh one is whole nothing was touched, afterwards it goes into its
/// place, whatever command comes next.
struct Salvaging {
    private static let making = ".new"
    private static let aside = ".aside"

    let directory: ReplicaDirectory
    /// When, as it stands in the names of the files.
    private let moment: String

    init(in directory: ReplicaDirectory, at milliseconds: Int64) {
        self.init(in: directory, moment: Self.moment(milliseconds, in: directory))
    }

    private init(in directory: ReplicaDirectory, moment: String) { (self.directory, self.moment) = (directory, moment) }

    /// The folder of the fresh replica, once it is whole.
    private var folder: String { directory.salvage + moment }
    /// What the names of the damaged files begin with.
    var damaged: String { directory.damaged + moment }

    /// Makes the fresh replica: from then on there is no way back.
    func prepare(_ keys: DataKeys) throws -> Salvage.Outcome {
        for draft in directory.family(of: directory.salvage) { try FileManager.default.removeItem(atPath: draft) }
        let draft = folder + Self.making
        try FileManager.default.createDirectory(
            atPath: draft, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let name = draft + "/" + URL(filePath: directory.database).lastPathComponent
        let outcome = try Salvage(of: directory.database, keys: keys, environment: .system).make(at: name)
        try demandEnrolment(in: name, keys)
        try FileManager.default.moveItem(atPath: draft, toPath: folder)
        try DurableFile.syncDirectory(of: folder)
        return outcome
    }

    /// Without it nobody could send anything; then everything stays as it is.
    private func demandEnrolment(in database: String, _ keys: DataKeys) throws {
        let store = try Store(path: database, role: .device, environment: .system, creating: true, keys: keys)
        guard let identity = try store.read({ try ReplicaIdentity($0) }) else { throw VerbFailure.enrolmentGone }
        let own = try CertificateChain.verify(identity.chain, root: identity.root, expiry: .ignored)
        try store.write { access in
            // A lease of which nothing is left began when the certificate was made: it was never earlier.
            if try access.contactLease(.now) == nil {
                try access.noteContact(at: own.issuedAt, days: nil, isNow: false, .now)
            }
        }
        try store.close()
    }

    /// Puts a fresh replica that is whole into its place. Nobody else has it open.
    static func finish(in directory: ReplicaDirectory) throws {
        guard let waiting = waiting(in: directory) else { return }
        let moment = waiting.dropFirst(directory.salvage.count)
        let salvaging = Salvaging(in: directory, moment: String(moment.split(separator: ".")[0]))
        if !waiting.hasSuffix(aside) { try salvaging.putAside() }
        try salvaging.putInPlace()
    }

    static func isWaiting(in directory: ReplicaDirectory) -> Bool { waiting(in: directory) != nil }

    private static func waiting(in directory: ReplicaDirectory) -> String? {
        directory.family(of: directory.salvage).first { !$0.hasSuffix(making) }
    }

    /// The files of a replica's database, by what stands behind its name.
    private static let suffixes = ["-wal", "-shm", "-unsent", "-people-wal", "-people-shm", "-people", ""]

    private func putAside() throws {
        for suffix in Self.suffixes { try move(directory.database + suffix, to: damaged + suffix) }
        try move(folder, to: folder + Self.aside)
        try DurableFile.syncDirectory(of: folder)
    }

    private func putInPlace() throws {
        let fresh = folder + Self.aside + "/" + URL(filePath: directory.database).lastPathComponent
        for suffix in Self.suffixes { try move(fresh + suffix, to: directory.database + suffix) }
        try DurableFile.syncDirectory(of: directory.database)
        try FileManager.default.removeItem(atPath: folder + Self.aside)
    }

    private func move(_ file: String, to place: String) throws {
        guard FileManager.default.fileExists(atPath: file) else { return }
        guard rename(file, place) == 0 else { throw VerbFailure(.ioError) }
    }

    /// To the second, and no name that another salvage took.
    private static func moment(_ milliseconds: Int64, in directory: ReplicaDirectory) -> String {
        let text = Instant(milliseconds: milliseconds, offsetMinutes: 0).text
        let second = String(text.filter { $0.isNumber || $0 == "-" || $0 == "T" }.prefix(17))
        let taken = directory.family(of: directory.damaged + second).count
        return taken == 0 ? second : "\(second)-\(taken + 1)"
    }
}

extension VerbFailure {
    fileprivate static let enrolmentGone = VerbFailure(
        .integrity,
        Words(
            "The enrolment can be read neither in the database nor in its journal; nothing was changed.",
            "数据库和日志中的登记信息都无法读取；未做任何改动。"),
        hint: Words(
            "Keep the folder, and ask your office for a code to enrol in another one (--replica).",
            "请保留此目录，并向办公室索取注册码，用 --replica 登记到其他目录。"))
}
