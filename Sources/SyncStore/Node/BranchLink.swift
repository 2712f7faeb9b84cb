import FieldModel
import Foundation
import GRDB
package import SyncCore

/// A branch below this node.
package struct BranchLink: Hashable, Sendable {
    /// The branch's record.
    package let id: RecordID
    /// Ed25519, 32 bytes: the key that was certified last.
    package let key: [UInt8]
    package let name: String
    /// Where it is reached, as it said; empty when it did not.
    package let url: String
    /// Milliseconds since 1970; nil before the first exchange.
    package let lastExchangeAt: Int64?
    /// Change sets that it had still to push then.
    package let pending: Int?
    /// When it last had nothing left to push: what is known here of it is as of then.
    package let freshAt: Int64?

    fileprivate init(_ row: Row) throws {
        guard let id = RecordID.fromDatabaseValue(row["id"]) else { throw ByteReader.damage }
        self.id = id
        key = [UInt8](row["key"] as Data)
        name = row["name"]
        url = row["url"]
        lastExchangeAt = row["last_exchange_at"]
        pending = row["pending"]
        freshAt = row["fresh_at"]
    }
}

extension ReadAccess {
    package func branchLinks() throws -> [BranchLink] {
        try Row.fetchAll(db, sql: "SELECT * FROM branch_link ORDER BY name, id").map(BranchLink.init)
    }

    package func branchLink(_ id: RecordID) throws -> BranchLink? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM branch_link WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map(BranchLink.init)
    }
}

extension WriteAccess {
    /// A branch that enrols again, on a new machine, replaces its key: the old one is refused from then on.
    package func registerBranch(_ id: RecordID, key: [UInt8], name: String, url: String) throws {
        try db.execute(
            sql: """
                INSERT INTO branch_link (id, key, name, url) VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET key = excluded.key, name = excluded.name, url = excluded.url
                """,
            arguments: [id, Data(key), name, url])
        try audit(
            .branchEnrolled,
            [("branch", .string(id.description)), ("name", .string(name)), ("key", .string(Hex.digits(key)))])
    }

    /// Notes that a branch exchanged with this node.
    /// - Parameter pending: change sets that it has still to push; nil when it did not say (a pull): then what it said
    ///   last holds, for an exchange pushes first.
    package func noteExchange(ofBranch id: RecordID, pending: UInt64?) throws {
        try db.execute(
            sql: """
                UPDATE branch_link SET last_exchange_at = ?1, pending = coalesce(?2, pending, 0),
                  fresh_at = CASE WHEN coalesce(?2, pending, 0) = 0 THEN ?1 ELSE fresh_at END
                WHERE id = ?3
                """,
            arguments: [environment.wallMilliseconds(), pending.map { Int64(clamping: $0) }, id])
    }

    /// Notes that a bundle of a branch was taken: an exchange at the time when it was written. An older one than the last
    /// exchange says nothing new.
    /// - Parameter isWhole: whether nothing of it was left out or turned away: the branch had nothing more to push then.
    package func noteBundle(ofBranch id: RecordID, writtenAt milliseconds: Int64, isWhole: Bool) throws {
        try db.execute(
            sql: """
                UPDATE branch_link SET last_exchange_at = ?1, pending = CASE WHEN ?2 THEN 0 ELSE pending END,
                  fresh_at = CASE WHEN ?2 THEN ?1 ELSE fresh_at END
                WHERE id = ?3 AND coalesce(last_exchange_at, 0) < ?1
                """,
            arguments: [min(milliseconds, environment.wallMilliseconds()), isWhole, id])
    }
}
