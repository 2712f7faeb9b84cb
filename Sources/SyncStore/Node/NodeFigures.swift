import FieldModel
import GRDB
import SyncCore

/// How much a node holds, for its status and metrics.
package struct NodeFigures: Sendable {
    /// By the name of the type.
    package let recordsByType: [(String, Int)]
    package let changeSets: Int
    /// Deleted records of which only the stub is left; 0 but at HQ.
    package let forgotten: Int
    package let refused: Int
    package let undecided: Int
    package let quarantined: Int
    package let conflicts: Int
    package let devicesByState: [(String, Int)]
    package let branches: [BranchLink]
    package let position: Int64
    /// Change sets that no other node vouches for; 0 at HQ.
    package let pendingUp: Int
    package let schemaVersion: Int
    /// When the last backup was made, in seconds since 1970; nil: never.
    package let backupSecond: Int64?

    package var records: Int { recordsByType.reduce(0) { $0 + $1.1 } }
    /// Active ones.
    package var devices: Int { devicesByState.first { $0.0 == DeviceStanding.State.active.rawValue }?.1 ?? 0 }
}

extension ReadAccess {
    /// From kept counts, small tables and the ends of indexes: what it costs does not grow with the records.
    package func nodeFigures() throws -> NodeFigures {
        NodeFigures(
            recordsByType: try recordsByType(), changeSets: try tally(.changeSets),
            forgotten: try tally(.forgotten),
            refused: try count("change_log WHERE verdict <> 0 AND verdict = 1"),
            undecided: try count("change_log WHERE verdict <> 0 AND verdict = 2"),
            quarantined: try count("quarantine WHERE settled = 0"), conflicts: try count("conflict"),
            devicesByState: try devicesByState(), branches: try branchLinks(), position: try lastPosition(),
            pendingUp: role == .branch ? try pendingUp() : 0,
            schemaVersion: try count("grdb_migrations"), backupSecond: try metaInteger(MetaKey.backupSecond))
    }

    private func count(_ rows: String) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM \(rows)")) ?? 0
    }

    private func recordsByType() throws -> [(String, Int)] {
        try Tally.all.compactMap { tally in
            if case .records = tally { (tally.table, try self.tally(tally)) } else { nil }
        }
    }

    /// Of few devices there are orders; all others are active.
    private func devicesByState() throws -> [(String, Int)] {
        let ordered = try RecordID.fetchAll(
            db, sql: "SELECT id FROM enrolled_device WHERE id IN (SELECT device FROM device_order)")
        var counts = try Dictionary(grouping: ordered) { try standing(ofDevice: $0).state }.mapValues(\.count)
        counts[.active, default: 0] += try count("enrolled_device") - ordered.count
        return DeviceStanding.State.allCases.map { ($0.rawValue, counts[$0] ?? 0) }
    }

    /// By the head of each chain, at the end of its index.
    private func pendingUp() throws -> Int {
        try Int.fetchOne(
            db,
            sql: """
                SELECT sum(max(0, head - vouched)) FROM (
                  SELECT (SELECT max(seq) FROM change_log WHERE replica = local) AS head,
                    coalesce((SELECT max(seq) FROM receipt WHERE receipt.replica = local), 0) AS vouched
                  FROM replica)
                WHERE head IS NOT NULL
                """) ?? 0
    }
}
