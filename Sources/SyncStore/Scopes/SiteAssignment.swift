import FieldModel
import GRDB
package import SyncCore
import SyncWire

extension ReadAccess {
    /// The sites of an account that are not deleted.
    package func sites(of account: RecordID) throws -> [RecordID] {
        try RecordID.fetchAll(db, sql: "SELECT id FROM site WHERE account = ? AND deleted = 0", arguments: [account])
    }

    /// Sites that no branch serves: nobody but headquarters holds them.
    package func sitesWithoutBranch() throws -> [RecordID] {
        try RecordID.fetchAll(
            db,
            sql: """
                SELECT id FROM site WHERE deleted = 0 AND NOT EXISTS (
                  SELECT 1 FROM holding_source WHERE source = site.id AND reason = ?)
                """, arguments: [HoldingReason.serves.rawValue])
    }
}

extension WriteAccess {
    /// Has a branch serve sites, in as many change sets as that takes.
    /// - Returns: how many it did not serve yet.
    package func assign(_ sites: [RecordID], to branch: RecordID, author: RecordID) throws -> Int {
        guard let tag = Catalogue.site.field(named: "branch")?.tag else { return 0 }
        let moving = try sites.filter { site in
            try load(site, type: EntityTag.site)?.shown[tag].siblings.map(\.value) != [.reference(branch)]
        }
        for start in stride(from: 0, to: moving.count, by: Self.assignedMax) {
            let changes = moving[start..<min(start + Self.assignedMax, moving.count)].map { site in
                LocalChange(
                    type: EntityTag.site, record: site,
                    edits: [FieldEdit(tag: tag, edit: .put(.reference(branch)))])
            }
            try commit(changes, author: author)
        }
        return moving.count
    }

    /// Of one change set.
    private static let assignedMax = Limits.changeSetChangesMax / 2
}
