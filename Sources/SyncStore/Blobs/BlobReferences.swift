import FieldModel
import GRDB
package import SyncCore
package import SyncWire

/// A record that names a blob.
package struct BlobReference: Hashable, Sendable {
    package let record: RecordID
    package let scope: String
    /// As the record says.
    package let size: Int64
}

extension ReadAccess {
    /// That a row of `blob` is named by a record that is here and not deleted, or is still to be sent.
    static let isReferenced = """
        (EXISTS (SELECT 1 FROM attachment WHERE attachment.sha256 = blob.sha256 AND attachment.deleted = 0)
        OR stage = 0 AND EXISTS (SELECT 1 FROM left_record WHERE left_record.sha256 = blob.sha256))
        """

    /// The attachments with these bytes that are here and not deleted.
    package func references(to hash: BlobHash) throws -> [BlobReference] {
        let statement = try db.cachedStatement(
            sql: "SELECT id, scope, size FROM attachment WHERE sha256 = ? AND deleted = 0 ORDER BY id")
        return try Row.fetchAll(statement, arguments: [hash.description]).compactMap { row in
            guard let id = RecordID.fromDatabaseValue(row[0]), let size = row[2] as Int64? else { return nil }
            return BlobReference(record: id, scope: try names.scope(row[1]), size: size)
        }
    }
}
