import Foundation
import SyncWire

/// An open file: an attachment, sealed where the replica is, or a file of this computer.
struct BlobFile: ~Copyable {
    private let file: RawFile
    /// Nil: it lies there as it is.
    private let keys: DataKeys?

    init(_ path: String, _ flags: Int32, keys: DataKeys? = nil) throws(StoreFailure) {
        file = try RawFile(path, flags)
        self.keys = keys
    }

    /// Waits until no other process or thread writes the file.
    func lock() throws(StoreFailure) { try file.lock() }

    func size() throws(StoreFailure) -> Int64 {
        let bytes = try file.size()
        return keys == nil ? bytes : SealedParts.plainBytes(bytes)
    }

    /// At most `count` bytes: fewer at the file's end.
    /// - Throws: `StoreFailure.integrity` when what is sealed there is not what was written.
    func read(at offset: Int64, count: Int) throws(StoreFailure) -> [UInt8] {
        guard let keys else { return try file.read(at: offset, count: count) }
        let end = min(try size(), offset + Int64(count))
        guard offset < end else { return [] }
        let parts = try opened(keys)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(end - offset))
        for part in offset / SealedParts.partBytes...(end - 1) / SealedParts.partBytes {
            let start = part * SealedParts.partBytes
            let plain = try plain(part, parts)
            bytes += plain[Int(max(offset - start, 0))..<Int(min(end - start, Int64(plain.count)))]
        }
        return bytes
    }

    /// - Parameter offset: not beyond the end.
    func write(_ bytes: ArraySlice<UInt8>, at offset: Int64) throws(StoreFailure) {
        guard let keys else { return try file.write(bytes, at: offset) }
        if bytes.isEmpty { return }
        let parts = try file.size() == 0 ? begun(keys) : opened(keys)
        let (held, end) = (try size(), offset + Int64(bytes.count))
        for part in offset / SealedParts.partBytes...(end - 1) / SealedParts.partBytes {
            let start = part * SealedParts.partBytes
            let old = start < held ? try plain(part, parts) : []
            let (from, to) = (max(offset, start), min(end, start + SealedParts.partBytes))
            let new = bytes[(bytes.startIndex + Int(from - offset))..<(bytes.startIndex + Int(to - offset))]
            let plain = old.prefix(Int(from - start)) + new + old.dropFirst(Int(to - start))
            try file.write(parts.seal(Array(plain), part: part)[...], at: SealedParts.offset(of: part))
        }
    }

    func truncate() throws(StoreFailure) { try file.truncate() }

    func sync() throws(StoreFailure) { try file.sync() }

    private func begun(_ keys: DataKeys) throws(StoreFailure) -> SealedParts {
        let salt = SealedParts.newSalt()
        try file.write(salt[...], at: 0)
        return SealedParts(keys.current, salt: salt)
    }

    /// Under the key that the file was sealed with.
    private func opened(_ keys: DataKeys) throws(StoreFailure) -> SealedParts {
        let salt = try file.read(at: 0, count: SealedParts.saltBytes)
        if keys.older.isEmpty { return SealedParts(keys.current, salt: salt) }
        for key in keys.all {
            let parts = SealedParts(key, salt: salt)
            if try parts.open(sealed(0), part: 0) != nil { return parts }
        }
        throw damage
    }

    private func sealed(_ part: Int64) throws(StoreFailure) -> [UInt8] {
        try file.read(
            at: SealedParts.offset(of: part), count: Int(SealedParts.partBytes) + Sealing.overheadBytes)
    }

    private func plain(_ part: Int64, _ parts: SealedParts) throws(StoreFailure) -> [UInt8] {
        guard let plain = try parts.open(sealed(part), part: part) else { throw damage }
        return plain
    }

    private var damage: StoreFailure { .integrity("\(file.path) is not what was written, or is under another key") }
}
