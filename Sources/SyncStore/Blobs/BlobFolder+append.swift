import Foundation
package import SyncWire

/// What became of a part that came in.
package enum BlobAppend: Hashable, Sendable {
    /// Taken; the next part begins at `offset`.
    case more(offset: Int64)
    /// The whole blob is here, durable and verified.
    case complete
    /// Nothing was taken: what comes next here begins at `offset`.
    case gap(offset: Int64)
    /// All bytes were here and were not those of the name: they are dropped.
    case wrong
}

extension BlobFolder {
    /// Bytes from a peer that are here, from the first on; 0 when none are.
    package func held(_ hash: BlobHash, from peer: String) -> Int64 { plainSize(partial(hash, peer)) ?? 0 }

    /// Takes the next part of a blob. The same part again changes nothing. That a part was taken is no promise yet: only
    /// `complete` is, and so a part costs no fsync.
    /// - Parameter peer: who sends it: letters and digits.
    package func append(
        _ bytes: [UInt8], _ part: BlobPart, of hash: BlobHash, from peer: String
    ) throws(StoreFailure) -> BlobAppend {
        precondition(bytes.count == part.count, "a part has the bytes that it says")
        if size(hash) != nil { return .complete }
        try demandRoom(for: Int64(bytes.count))
        try Self.makeFolder("\(path)/partial/\(peer)")
        let path = partial(hash, peer)
        let file = try BlobFile(path, O_RDWR | O_CREAT, keys: keys)
        try file.lock()
        // Whoever held the lock before may have brought the last part.
        if size(hash) != nil { return .complete }
        let held = try file.size()
        if part.offset > held { return .gap(offset: held) }
        guard held <= part.total, try Self.agrees(file, held: held, bytes, part),
            try Self.add(bytes.dropFirst(Int(min(held - part.offset, Int64(bytes.count)))), to: file, at: held)
        else {
            try file.truncate()
            return .gap(offset: 0)
        }
        if max(held, part.end) < part.total { return .more(offset: max(held, part.end)) }
        return try finish(file, path, hash)
    }

    /// Whether what is here already is what the part says of it.
    private static func agrees(
        _ file: borrowing BlobFile, held: Int64, _ bytes: [UInt8], _ part: BlobPart
    ) throws(StoreFailure) -> Bool {
        let count = Int(min(held - part.offset, Int64(bytes.count)))
        return try isSound { () throws(StoreFailure) in
            try file.read(at: part.offset, count: count)[...] == bytes.prefix(count)
        }
    }

    private static func add(
        _ bytes: ArraySlice<UInt8>, to file: borrowing BlobFile, at offset: Int64
    ) throws(StoreFailure) -> Bool {
        try isSound { () throws(StoreFailure) in
            try file.write(bytes, at: offset)
            return true
        }
    }

    /// False where what was being sealed when the machine stopped is neither the old nor the new.
    private static func isSound(_ work: () throws(StoreFailure) -> Bool) throws(StoreFailure) -> Bool {
        do { return try work() } catch {
            if case .integrity = error { return false }
            throw error
        }
    }

    private func finish(
        _ file: borrowing BlobFile, _ path: String, _ hash: BlobHash
    ) throws(StoreFailure) -> BlobAppend {
        guard try Self.hash(of: file) == hash else {
            unlink(path)
            return .wrong
        }
        do { try file.sync() } catch {
            // What did not reach the disk now is not brought there by another sync, which might "succeed".
            unlink(path)
            throw error
        }
        try keep(path, as: hash)
        return .complete
    }

    /// Transfers of a peer that have begun.
    package func partCount(from peer: String) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/partial/\(peer)").count) ?? 0
    }

    /// Drops transfers that nobody went on with since `milliseconds` (since 1970).
    func dropParts(before milliseconds: Int64) {
        let folder = path + "/partial"
        let peers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for peer in peers {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(peer)")) ?? [] {
                var status = stat()
                let path = "\(folder)/\(peer)/\(name)"
                let isOld = stat(path, &status) == 0 && Int64(status.st_mtim.tv_sec) * 1000 < milliseconds
                if isOld { unlink(path) }
            }
            // Only when it is empty.
            rmdir("\(folder)/\(peer)")
        }
    }

    private func partial(_ hash: BlobHash, _ peer: String) -> String { "\(path)/partial/\(peer)/\(hash)" }
}
