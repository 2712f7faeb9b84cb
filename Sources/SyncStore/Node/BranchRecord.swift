import FieldModel
import GRDB
package import SyncCore

/// The record of a branch, or of HQ itself.
package struct BranchRecord: Hashable, Sendable {
    package let id: RecordID
    package let name: String
    /// In readable numbers; unique in the organisation.
    package let code: String

    fileprivate init(_ record: StoredRecord) {
        id = record.id
        name = Catalogue.branch.shownText("name", of: record.shown) ?? ""
        code = Catalogue.branch.shownText("code", of: record.shown) ?? ""
    }
}

extension ReadAccess {
    package func branchRecord(_ id: RecordID) throws -> BranchRecord? {
        try load(id, type: EntityTag.branch).map(BranchRecord.init)
    }

    /// In the order in which they were made.
    package func branchRecords() throws -> [BranchRecord] {
        try RecordID.fetchAll(db, sql: "SELECT id FROM branch WHERE deleted = 0 ORDER BY id").compactMap {
            try branchRecord($0)
        }
    }

    package func branchRecord(named name: String) throws -> BranchRecord? {
        let statement = try db.cachedStatement(
            sql: "SELECT id FROM branch WHERE name = ? AND deleted = 0 ORDER BY id LIMIT 1")
        return try RecordID.fetchOne(statement, arguments: [name]).flatMap { try branchRecord($0) }
    }
}
