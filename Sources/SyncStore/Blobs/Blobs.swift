package import SyncWire

/// A replica's attachments: their bytes in a folder beside the database, and what is known of them in it.
package struct Blobs: Sendable {
    package let store: Store
    package let folder: BlobFolder

    /// - Parameter folder: nil: `blobs` beside the database.
    package init(_ store: Store, folder: String? = nil) {
        self.store = store
        let beside = store.path.lastIndex(of: "/").map { String(store.path[...$0]) } ?? ""
        self.folder = BlobFolder(folder ?? beside + "blobs", keys: store.file.keys)
    }

    /// Copies a file of this computer in, durably.
    /// - Throws: `BlobTooLarge`; `StoreFailure`: `missing`, `diskFull`.
    package func add(copyOf file: String) throws -> (hash: BlobHash, size: Int64) {
        let (hash, size) = try folder.add(copyOf: file, unique: store.environment.randomWord())
        try store.write { try $0.noteBlob(here: hash, size: size) }
        return (hash, size)
    }

    /// Takes the next part of a blob from a peer.
    /// - Parameter stage: how far up the bytes are when they are whole: they come from above, or only to here.
    package func append(
        _ bytes: [UInt8], _ part: BlobPart, of hash: BlobHash, from peer: String, stage: BlobStage
    ) throws -> BlobAppend {
        let result = try folder.append(bytes, part, of: hash, from: peer)
        // Known again each time: a crash may have come between the file's name and this row.
        if result == .complete { try store.write { try $0.noteBlob(here: hash, size: part.total, stage: stage) } }
        return result
    }

    /// Whether the whole bytes are here and are those that the name promises; damaged ones are dropped when they are
    /// elsewhere too.
    package func verify(_ hash: BlobHash) throws -> Bool {
        guard folder.size(hash) != nil else { return false }
        if try folder.verify(hash) { return true }
        if try store.read({ try $0.blob(hash)?.stage ?? .local }) > .local { try drop(hash) }
        return false
    }

    /// The bytes leave; what is known of them stays.
    func drop(_ hash: BlobHash) throws {
        try store.write { try $0.noteBlob(absent: hash) }
        try folder.remove(hash)
    }
}
