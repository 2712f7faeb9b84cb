import GRDB
import SyncCore
import SyncWire

/// A sixteenth of all blobs, so that no sweep is long however many there are.
private enum SweptShare {
    static let count: Int64 = 16
    static let minuteMilliseconds: Int64 = 60_000

    /// The two digits with which their names begin.
    static func digits(_ share: Int64) -> [String] {
        (0..<count).map { Hex.digits([UInt8(share % count * count + $0)]) }
    }
}

extension Blobs {
    /// Collects what no record names any more, a share of it that changes with every minute, and puts right what a crash
    /// left between files and rows. Done while nothing else is to do.
    package func sweep() throws {
        let now = store.environment.wallMilliseconds()
        try sweep(share: now / SweptShare.minuteMilliseconds)
        try makeRoom(for: 0, keeping: nil)
    }

    /// - Parameter share: modulo 16.
    package func sweep(share: Int64) throws {
        let now = store.environment.wallMilliseconds()
        folder.dropParts(before: now - BlobLimits.partMilliseconds)
        for digits in SweptShare.digits(share) {
            try match(digits)
            if try store.read({ try $0.hasBlobsToMark(digits) }) { try store.write { try $0.markBlobs(digits) } }
            for hash in try store.read({ try $0.collectableBlobs(digits) }) {
                try store.write { try $0.forgetBlob(hash) }
                try folder.remove(hash)
            }
        }
    }

    /// The folder is right where it and the rows differ.
    func match(_ digits: String) throws {
        let known = try store.read { try $0.blobsHere(digits) }
        let found = Set(folder.blobs(in: digits))
        if known == found { return }
        try store.write { access in
            for hash in known.subtracting(found) { try access.noteBlob(absent: hash) }
            for hash in found.subtracting(known) { try access.noteBlob(here: hash, size: folder.size(hash) ?? 0) }
        }
    }
}

extension ReadAccess {
    fileprivate static let toMark = "sha256 GLOB :digits AND (unreferenced_at IS NULL) <> \(isReferenced)"

    fileprivate func blobsHere(_ digits: String) throws -> Set<BlobHash> {
        let sql = "SELECT sha256 FROM blob WHERE sha256 GLOB :digits AND here = 1"
        let names = try String.fetchAll(db.cachedStatement(sql: sql), arguments: ["digits": digits + "*"])
        return Set(names.compactMap { BlobHash(text: $0) })
    }

    fileprivate func hasBlobsToMark(_ digits: String) throws -> Bool {
        let sql = "SELECT EXISTS (SELECT 1 FROM blob WHERE \(Self.toMark))"
        return try Bool.fetchOne(db.cachedStatement(sql: sql), arguments: ["digits": digits + "*"]) ?? false
    }

    /// Those that no record has named for long enough. While a refused set of its own waits for its author, a device
    /// collects nothing: the set may name what it is to be sent with again.
    fileprivate func collectableBlobs(_ digits: String) throws -> [BlobHash] {
        let waiting = "SELECT EXISTS (SELECT 1 FROM change_log WHERE verdict = 1 AND own = 1 AND settled = 0)"
        if !role.isNode, try Bool.fetchOne(db, sql: waiting) ?? false { return [] }
        let sql = """
            SELECT sha256 FROM blob WHERE sha256 GLOB :digits AND unreferenced_at <= :before AND NOT \(Self.isReferenced)
            """
        let before = environment.wallMilliseconds() - BlobLimits.graceMilliseconds
        let names = try String.fetchAll(
            db.cachedStatement(sql: sql), arguments: ["digits": digits + "*", "before": before])
        return names.compactMap { BlobHash(text: $0) }
    }
}

extension WriteAccess {
    /// From when on no record names them; nothing for those that one names.
    fileprivate func markBlobs(_ digits: String) throws {
        try db.execute(
            sql:
                "UPDATE blob SET unreferenced_at = CASE WHEN unreferenced_at IS NULL THEN :now END WHERE \(Self.toMark)",
            arguments: ["digits": digits + "*", "now": environment.wallMilliseconds()])
    }

    func forgetBlob(_ hash: BlobHash) throws {
        try db.execute(sql: "DELETE FROM blob WHERE sha256 = ?", arguments: [hash.description])
    }
}
