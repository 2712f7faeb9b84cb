import Foundation
package import SyncWire

extension BlobFolder {
    /// Copies a file of this computer in, durably.
    /// - Returns: its name and size.
    /// - Throws: `BlobTooLarge`, `StoreFailure`: `missing` when there is no such file.
    func add(copyOf source: String, unique: UInt64) throws -> (BlobHash, Int64) {
        try add(BlobFile(source, O_RDONLY), unique: unique)
    }

    /// Copies a blob of another folder in, durably.
    func add(_ hash: BlobHash, from other: BlobFolder, unique: UInt64) throws -> (BlobHash, Int64) {
        try add(other.open(hash), unique: unique)
    }

    private func add(_ file: consuming BlobFile, unique: UInt64) throws -> (BlobHash, Int64) {
        let size = try file.size()
        guard size <= Limits.blobBytesMax else { throw BlobTooLarge(bytes: size) }
        try demandRoom(for: size)
        let temporary = "\(path)/new-\(unique)"
        do {
            let hash = try Self.copy(file, to: BlobFile(temporary, O_RDWR | O_CREAT | O_TRUNC, keys: keys))
            if self.size(hash) == nil { try keep(temporary, as: hash) } else { unlink(temporary) }
            return (hash, self.size(hash) ?? size)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Writes a blob again, under the first of the keys. One that is damaged stays as it is, to be found by `verify`.
    /// - Parameter source: the same folder, as its files lie there now.
    func seal(_ hash: BlobHash, of source: BlobFolder, _ temporary: String) throws {
        do {
            let copied = try Self.copy(
                source.open(hash), to: BlobFile(temporary, O_RDWR | O_CREAT | O_TRUNC, keys: keys))
            if copied == hash { try keep(temporary, as: hash) } else { unlink(temporary) }
        } catch StoreFailure.integrity {
            unlink(temporary)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Copies a blob that is here to a file that is not there yet, durably.
    /// - Throws: `StoreFailure`; `BlobFileExists` when there is one.
    package func copy(_ hash: BlobHash, to target: String) throws {
        let source = try open(hash)
        if Self.size(target) != nil { throw BlobFileExists() }
        let temporary = target + ".part"
        do {
            guard try Self.copy(source, to: BlobFile(temporary, O_RDWR | O_CREAT | O_TRUNC)) == hash else {
                throw StoreFailure.integrity("\(file(hash)) is not what its name says")
            }
            // A link, not a rename: what came there meanwhile is not replaced.
            guard link(temporary, target) == 0 else {
                throw errno == EEXIST ? BlobFileExists() : RawFile.failure(target)
            }
            unlink(temporary)
            try DurableFile.syncDirectory(of: target)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// - Returns: the name of what was copied.
    private static func copy(
        _ source: borrowing BlobFile, to copy: borrowing BlobFile
    ) throws(StoreFailure) -> BlobHash {
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
