import Foundation
package import SyncWire

extension BlobFolder {
    /// Copies a file of this computer in, durably.
    /// - Returns: its name and size.
    /// - Throws: `BlobTooLarge`, `StoreFailure`: `missing` when there is no such file.
    func add(copyOf source: String, unique: UInt64) throws -> (BlobHash, Int64) {
        let file = try BlobFile(source, O_RDONLY)
        let size = try file.size()
        guard size <= Limits.blobBytesMax else { throw BlobTooLarge(bytes: size) }
        try demandRoom(for: size)
        let temporary = "\(path)/new-\(unique)"
        do {
            let hash = try Self.copy(file, to: temporary)
            if self.size(hash) == nil { try keep(temporary, as: hash) } else { unlink(temporary) }
            return (hash, self.size(hash) ?? size)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Copies a blob that is here to a file that is not there yet, durably.
    /// - Throws: `StoreFailure`; `BlobFileExists` when there is one.
    package func copy(_ hash: BlobHash, to target: String) throws {
        let source = try BlobFile(file(hash), O_RDONLY)
        if Self.size(target) != nil { throw BlobFileExists() }
        let temporary = target + ".part"
        do {
            guard try Self.copy(source, to: temporary) == hash else {
                throw StoreFailure.integrity("\(file(hash)) is not what its name says")
            }
            // A link, not a rename: what came there meanwhile is not replaced.
            guard link(temporary, target) == 0 else {
                throw errno == EEXIST ? BlobFileExists() : BlobFile.failure(target)
            }
            unlink(temporary)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// - Returns: the name of what was copied.
    private static func copy(_ source: borrowing BlobFile, to target: String) throws(StoreFailure) -> BlobHash {
        let copy = try BlobFile(target, O_RDWR | O_CREAT | O_TRUNC)
        var offset: Int64 = 0
        while true {
            let piece = try source.read(at: offset, count: BlobLimits.pieceBytes)
            if piece.isEmpty { break }
            try copy.write(piece[...], at: offset)
            offset += Int64(piece.count)
        }
        try copy.sync()
        // Hashed as it lies there, so that the name is right whatever happened to the source meanwhile.
        return try hash(of: copy)
    }
}

/// A file with more bytes than an attachment may have.
package struct BlobTooLarge: Error, Hashable {
    package let bytes: Int64
}

/// There is a file of that name already.
package struct BlobFileExists: Error {}
