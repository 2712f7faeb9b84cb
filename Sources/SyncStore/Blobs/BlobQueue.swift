import FieldModel
import GRDB
package import SyncCore
package import SyncWire

/// A blob that is to be sent or fetched.
package struct QueuedBlob: Hashable, Sendable {
    package let hash: BlobHash
    package let size: Int64

    init?(_ row: Row) {
        guard let hash = BlobHash(text: row[0]), let size = row[1] as Int64? else { return nil }
        (self.hash, self.size) = (hash, size)
    }
}

extension ReadAccess {
    /// Whether it is time to try a transfer again.
    private static let due = """
        (tries = 0 OR asked_at + (\(BlobLimits.retryMilliseconds) << min(tries, \(BlobLimits.retryDoublingsMax))) <= :now)
        """

    /// Blobs that the upstream is not known to have: small ones first, so that no signature waits for a film.
    /// - Parameter all: those too that were tried a moment ago.
    package func unsentBlobs(all: Bool) throws -> [QueuedBlob] {
        try queued(
            """
            SELECT sha256, size FROM blob WHERE here = 1 AND stage = 0 AND \(Self.isReferenced) AND (:all OR \(Self.due))
            ORDER BY tries, size, sha256 LIMIT \(BlobLimits.rowsMax)
            """, ["all": all, "now": environment.wallMilliseconds()])
    }

    /// How many there are, tried or not, and their bytes.
    package func unsentBlobCount() throws -> (count: Int, bytes: Int64) {
        let sql =
            "SELECT count(*), coalesce(sum(size - sent), 0) FROM blob WHERE here = 1 AND stage = 0 AND \(Self.isReferenced)"
        guard let row = try Row.fetchOne(db, sql: sql) else { return (0, 0) }
        return (row[0], row[1])
    }

    /// Blobs that the branch has and of which it is not known that HQ has them too: those first that were not asked about
    /// for longest.
    package func blobsBelowHQ(all: Bool, limit: Int) throws -> [QueuedBlob] {
        try queued(
            """
            SELECT sha256, size FROM blob WHERE here = 1 AND stage = 1 AND \(Self.isReferenced) AND (:all OR \(Self.due))
            ORDER BY asked_at LIMIT :limit
            """, ["all": all, "limit": limit, "now": environment.wallMilliseconds()])
    }

    /// Blobs that are not here and are pinned, or were asked for by somebody below this node.
    package func wantedBlobs() throws -> [QueuedBlob] {
        try queued(
            """
            SELECT sha256, size FROM blob WHERE here = 0 AND \(Self.isReferenced) AND \(Self.due)
            AND (pinned = 1 OR wanted_at > :since) ORDER BY tries, size LIMIT \(BlobLimits.rowsMax)
            """,
            [
                "now": environment.wallMilliseconds(),
                "since": environment.wallMilliseconds() - BlobLimits.wantedMilliseconds,
            ])
    }

    /// Blobs that are not here and belong to a person's open orders: to the orders themselves, their visits, machines,
    /// sites and requests.
    package func assignedBlobs(to person: RecordID) throws -> [QueuedBlob] {
        try queued(
            """
            \(Self.assigned) SELECT attachment.sha256, max(attachment.size) FROM attachment
            LEFT JOIN blob ON blob.sha256 = attachment.sha256
            WHERE attachment.deleted = 0 AND attachment.subject IN (SELECT id FROM subjects)
            AND attachment.size IS NOT NULL AND coalesce(here, 0) = 0 AND (tries IS NULL OR \(Self.due))
            GROUP BY attachment.sha256 ORDER BY 2 LIMIT \(BlobLimits.rowsMax)
            """, ["now": environment.wallMilliseconds(), "person": person.description])
    }

    static let assigned = """
        WITH mine AS (
          SELECT id, asset, site, request FROM work_order
          WHERE deleted = 0 AND coalesce(status, '') NOT IN (\(over))
          AND EXISTS (SELECT 1 FROM json_each(assignees) WHERE value = :person)
        ), subjects AS (
          SELECT id FROM mine UNION SELECT asset FROM mine UNION SELECT site FROM mine UNION SELECT request FROM mine
          UNION SELECT visit.id FROM visit JOIN mine ON visit."order" = mine.id
        )
        """
    private static let over = OrderStatus.allCases.filter(\.isOver).map { "'\($0.rawValue)'" }.joined(separator: ", ")

    private func queued(_ sql: String, _ arguments: StatementArguments) throws -> [QueuedBlob] {
        try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).compactMap(QueuedBlob.init)
    }
}
