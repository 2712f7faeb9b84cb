import GRDB
package import SyncCore
import SyncWire

extension ReadAccess {
    /// Bytes of all blobs that are here.
    package func blobBytes() throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT coalesce(sum(size), 0) FROM blob WHERE here = 1") ?? 0
    }

    /// What may leave, least recently used first: neither pinned nor, as far as is known here, the only copy.
    /// - Parameter person: whose open orders keep what belongs to them.
    func evictableBlobs(keeping person: RecordID?) throws -> [QueuedBlob] {
        let free = "SELECT sha256, size FROM blob WHERE here = 1 AND pinned = 0 AND stage > 0"
        let kept = "SELECT sha256 FROM attachment WHERE deleted = 0 AND subject IN (SELECT id FROM subjects)"
        let end = "ORDER BY used_at LIMIT \(BlobLimits.rowsMax)"
        let rows =
            try person.map {
                try Row.fetchAll(
                    db, sql: "\(Self.assigned) \(free) AND sha256 NOT IN (\(kept) AND sha256 IS NOT NULL) \(end)",
                    arguments: ["person": $0.description])
            } ?? Row.fetchAll(db, sql: "\(free) \(end)")
        return rows.compactMap(QueuedBlob.init)
    }
}

extension Blobs {
    /// Drops what was not used for longest until so many bytes more are within the quota.
    /// - Parameter person: whose open orders keep what belongs to them, if that is the policy; nil: nobody's do.
    /// - Returns: whether they are.
    @discardableResult
    package func makeRoom(for bytes: Int64, keeping person: RecordID?) throws -> Bool {
        var (held, settings) = try store.read { (try $0.blobBytes(), try $0.blobSettings()) }
        guard let quota = settings.quotaBytes else { return true }
        let person = settings.policy == .assigned ? person : nil
        while held + bytes > quota {
            let candidates = try store.read { try $0.evictableBlobs(keeping: person) }
            if candidates.isEmpty { return false }
            for blob in candidates where held + bytes > quota {
                try drop(blob.hash)
                held -= blob.size
            }
        }
        return true
    }
}
