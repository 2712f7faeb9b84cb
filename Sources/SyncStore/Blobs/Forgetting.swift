import GRDB
import SyncCore
import SyncWire

/// What left a device is forgotten in its files too: its text in the search index, what the write-ahead log still has of
/// it, attachments. `secure_delete` overwrites what leaves a page.
extension Blobs {
    /// Ends what a transaction began that took records from this device. Asked before and after every exchange: a crash may
    /// have come between, and a reader may have held the log.
    package func finishForgetting() throws {
        guard try store.read({ try $0.isForgetting() }) else { return }
        for hash in try store.read({ try $0.forgottenBlobs() }) {
            try store.write { try $0.forgetBlob(hash) }
            try folder.remove(hash)
        }
        try store.people.forget()
        guard try store.truncateLog() else { return }
        try store.write { try $0.endForgetting() }
    }
}

extension ReadAccess {
    fileprivate func isForgetting() throws -> Bool { try meta(MetaKey.forgetting) != nil }

    /// Bytes that only records named which left; those that are still to be sent stay until they are.
    fileprivate func forgottenBlobs() throws -> [BlobHash] {
        let sql = """
            SELECT sha256 FROM blob WHERE NOT \(Self.isReferenced)
            AND (unreferenced_at = 0 OR sha256 IN (SELECT sha256 FROM left_record WHERE sha256 IS NOT NULL))
            """
        return try String.fetchAll(db.cachedStatement(sql: sql)).compactMap { BlobHash(text: $0) }
    }
}

extension WriteAccess {
    /// Merges the parts of the search index, which otherwise keep the words of rows that are gone.
    func settleForgetting() throws {
        guard isForgetting else { return }
        try db.execute(sql: "INSERT INTO search (search) VALUES ('optimize')")
        try setMeta(MetaKey.forgetting, text: "1")
    }

    /// Not before what is to be sent was sent.
    fileprivate func endForgetting() throws {
        try db.execute(sql: "UPDATE left_record SET sha256 = NULL WHERE sha256 NOT IN (SELECT sha256 FROM blob)")
        let waits = try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM left_record WHERE sha256 IS NOT NULL)")
        if waits != true { try setMeta(MetaKey.forgetting, nil) }
    }
}
