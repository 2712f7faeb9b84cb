import Foundation
package import SyncWire

/// Attachments as files that are named by their SHA-256: whole ones at `ab/cdef…`, never changed; what is on its way here
/// at `partial/PEER/HASH`, for each peer its own, so that nobody spoils what somebody else sends. Sealed where the replica
/// is: the names are of the plain bytes.
package struct BlobFolder: Sendable {
    package let path: String
    let keys: DataKeys?

    /// - Parameter keys: nil: the files lie there in the clear, as only tests have them.
    package init(_ path: String, keys: DataKeys?) { (self.path, self.keys) = (path, keys) }

    /// Where the whole bytes are when they are here.
    package func file(_ hash: BlobHash) -> String {
        let name = hash.description
        return "\(shard(String(name.prefix(2))))/\(name.dropFirst(2))"
    }

    /// The blobs that are here whole and whose names begin with two digits.
    func blobs(in digits: String) -> [BlobHash] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: shard(digits))) ?? []
        return names.compactMap { BlobHash(text: digits + $0) }
    }

    private func shard(_ digits: String) -> String { "\(path)/\(digits)" }

    /// Bytes of a blob that is here whole; nil of any other.
    package func size(_ hash: BlobHash) -> Int64? { plainSize(file(hash)) }

    func plainSize(_ path: String) -> Int64? {
        Self.size(path).map { keys == nil ? $0 : SealedParts.plainBytes($0) }
    }

    /// - Throws: `missing` when the blob is not here.
    func open(_ hash: BlobHash) throws(StoreFailure) -> BlobFile { try BlobFile(file(hash), O_RDONLY, keys: keys) }

    /// - Throws: `missing` when the blob is not here.
    package func read(_ hash: BlobHash, at offset: Int64, count: Int) throws(StoreFailure) -> [UInt8] {
        try open(hash).read(at: offset, count: count)
    }

    /// Whether the bytes here are those that the name promises.
    package func verify(_ hash: BlobHash) throws(StoreFailure) -> Bool {
        do { return try Self.hash(of: open(hash)) == hash } catch {
            if case .integrity = error { return false }
            throw error
        }
    }

    package func remove(_ hash: BlobHash) throws(StoreFailure) {
        let path = file(hash)
        if unlink(path) != 0 && errno != ENOENT { throw RawFile.failure(path) }
    }

    static func hash(of file: borrowing BlobFile) throws(StoreFailure) -> BlobHash {
        let hash = RunningHash()
        var offset: Int64 = 0
        while true {
            let piece = try file.read(at: offset, count: BlobLimits.pieceBytes)
            if piece.isEmpty { break }
            hash.add(piece[...])
            offset += Int64(piece.count)
        }
        guard let name = BlobHash(bytes: hash.finish()) else { preconditionFailure("SHA-256 has 32 bytes") }
        return name
    }

    static func size(_ path: String) -> Int64? {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// Gives a whole, verified file its name for good: durable when it returns.
    func keep(_ temporary: String, as hash: BlobHash) throws(StoreFailure) {
        let folder = shard(String(hash.description.prefix(2)))
        try Self.makeFolder(folder)
        guard rename(temporary, file(hash)) == 0 else { throw RawFile.failure(file(hash)) }
        try RawFile(folder, O_RDONLY).sync()
    }

    static func makeFolder(_ path: String) throws(StoreFailure) {
        do { try DurableFile.makeFolder(path) } catch let failure as StoreFailure {
            throw failure
        } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
            throw StoreFailure.diskFull
        } catch {
            throw StoreFailure.inputOutput("\(path): \(error.localizedDescription)")
        }
    }

    /// Refuses what would take the last space, which records need.
    /// - Throws: `diskFull`.
    func demandRoom(for count: Int64) throws(StoreFailure) {
        try Self.makeFolder(path)
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw RawFile.failure(path) }
        let free = Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
        if free - count < BlobLimits.freeBytesMin { throw .diskFull }
    }
}
