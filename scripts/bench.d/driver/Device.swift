import FieldModel
import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire

/// A device whose key lies unlocked beside its store.
struct Device {
    let folder: URL
    let store: Store
    let upstream: Upstream
    /// The person it belongs to.
    let author: RecordID

    static let environment = StoreEnvironment(
        wallMilliseconds: { Int64(Date().timeIntervalSince1970 * 1000) }, randomWord: { Entropy.word() })

    /// Enrols a new device into a folder that does not exist yet.
    static func enrol(_ folder: URL, url: String, code: String) throws {
        let key = SigningKey(seed: Entropy.bytes(SigningKey.seedBytes))
        let result = try Enrolment.enroll(url: url, code: code, name: "bench", key: key, version: "1.0.0")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(key.seed).write(to: folder.appending(path: "seed"))
        try Data(result.root.bytes).write(to: folder.appending(path: "root"))
        try Data(KeptChain.bytes(result.chain)).write(to: folder.appending(path: "chain"))
        try Data((result.authorityPEM ?? "").utf8).write(to: folder.appending(path: "authority.pem"))
        try Data(url.utf8).write(to: folder.appending(path: "url"))
        let path = folder.appending(path: "replica.db").path
        let store = try Store(path: path, role: .device, environment: environment, creating: true, keys: keys(folder))
        try store.write { _ = try $0.ownReplica() }
        try store.close()
    }

    static func open(_ path: String) throws -> Device {
        let folder = URL(filePath: path)
        func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: name))) }
        let database = folder.appending(path: "replica.db").path
        let store = try Store(
            path: database, role: .device, environment: environment, creating: false, keys: keys(folder))
        guard let root = PublicKey(bytes: try bytes("root")) else { throw Damaged(path: path) }
        let chain = try KeptChain.chain(try bytes("chain"))
        let identity = try CertificateChain.verify(chain, root: root, expiry: .ignored)
        guard let author = identity.user else { throw Damaged(path: path) }
        let client = ClientIdentity(
            kind: .device, key: SigningKey(seed: try bytes("seed")), chain: chain, root: root,
            authorityFile: folder.appending(path: "authority.pem").path, version: "1.0.0")
        let upstream = Upstream(
            url: String(decoding: try bytes("url"), as: UTF8.self), identity: client,
            wallMilliseconds: environment.wallMilliseconds)
        return Device(folder: folder, store: store, upstream: upstream, author: author)
    }

    /// As sealed as a device's, under a key that lies beside it.
    private static func keys(_ folder: URL) throws -> DataKeys {
        let file = folder.appending(path: "data.key")
        if !FileManager.default.fileExists(atPath: file.path) { try Data(DataKeys(.random()).bytes).write(to: file) }
        guard let keys = DataKeys(bytes: [UInt8](try Data(contentsOf: file))) else { throw Damaged(path: file.path) }
        return keys
    }

    /// Some work orders of this replica, the same ones each time.
    func orders(_ count: Int) throws -> [ShownRecord] {
        let found = try store.read { try $0.list(EntityTag.workOrder, limit: count).items }
        guard found.count == count else { throw TooFewRecords(wanted: count, found: found.count) }
        return found
    }
}

struct Damaged: Error { let path: String }
struct TooFewRecords: Error {
    let wanted: Int
    let found: Int
}
