import GRDB

/// How much a node holds, for its status and metrics.
package struct NodeFigures: Hashable, Sendable {
    package let records: Int
    package let changeSets: Int
    package let quarantined: Int
    package let devices: Int
    package let position: Int64
}

extension ReadAccess {
    package func nodeFigures() throws -> NodeFigures {
        NodeFigures(
            records: try Int.fetchOne(db, sql: "SELECT sum(records) FROM scope") ?? 0,
            changeSets: try Int.fetchOne(db, sql: "SELECT count(*) FROM change_log") ?? 0,
            quarantined: try Int.fetchOne(db, sql: "SELECT count(*) FROM quarantine") ?? 0,
            devices: try Int.fetchOne(db, sql: "SELECT count(*) FROM device WHERE state = 'active'") ?? 0,
            position: try lastPosition())
    }
}
