import FieldModel
import Foundation
import SyncCore
import SyncStore
import SyncWire

/// A store with attachments, and the files that they are made of.
struct BlobWorld {
    let world: StoreWorld
    let store: Store
    let blobs: Blobs

    init(_ role: StoreRole = .device) throws {
        world = try StoreWorld()
        store = try role == .hq ? world.hq() : world.store(role, seed: 7)
        blobs = Blobs(store)
    }

    func path(_ name: String) -> String { world.directory.appending(path: name).path }

    /// A file of this computer.
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: path(name)))
        return path(name)
    }

    /// Bytes that are here.
    @discardableResult
    func add(_ bytes: [UInt8]) throws -> BlobHash { try blobs.add(copyOf: file("source", bytes)).hash }

    /// A record that names them.
    @discardableResult
    func name(_ hash: BlobHash, size: Int, subject: RecordID? = nil) throws -> RecordID {
        try world.create(
            "attachment", on: store,
            [
                "subject": .reference(subject ?? world.person), "sha256": .text(hash.description),
                "size": .integer(Int64(size)),
            ])
    }

    /// Bytes that are here, named, and at the branch.
    func sent(_ bytes: [UInt8]) throws -> BlobHash {
        let hash = try add(bytes)
        try name(hash, size: bytes.count)
        try store.write { try $0.noteBlob(hash, stage: .branch) }
        return hash
    }

    func isHere(_ hash: BlobHash) throws -> Bool {
        let row = try store.read { try $0.blob(hash) }
        let isFile = blobs.folder.size(hash) != nil
        guard (row?.here ?? false) == isFile else { throw StoreFailure.integrity("file and row differ") }
        return isFile
    }

    /// Every share of them.
    func sweep() throws { for share in 0..<16 { try blobs.sweep(share: Int64(share)) } }

    static func hash(_ bytes: [UInt8]) -> BlobHash {
        guard let hash = BlobHash(bytes: Hash.sha256(bytes)) else { preconditionFailure("SHA-256 has 32 bytes") }
        return hash
    }
}
