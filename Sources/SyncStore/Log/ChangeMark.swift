import GRDB

/// Moves with every commit that may have left something to exchange. A mark is good as long as the store is open.
package struct ChangeMark: Hashable, Sendable {
    /// A node's last position, and its epoch: what it wrote itself counts. On a device how often other processes wrote.
    let version: Int64
    let epoch: UInt64
}

extension ReadAccess {
    package func changeMark() throws -> ChangeMark {
        if role.isNode { return ChangeMark(version: try lastPosition(), epoch: try epoch()) }
        return ChangeMark(version: try Int64.fetchOne(db, sql: "PRAGMA data_version") ?? 0, epoch: 0)
    }
}
