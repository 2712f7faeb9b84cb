import GRDB

extension ReadAccess {
    private static let nextPosition = FixedSQL(
        "SELECT position, at FROM position WHERE position >= ? ORDER BY position LIMIT 1")

    /// The first position that this node still keeps; 1 before it handed out any.
    func oldestPosition() throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT min(position) FROM position")) ?? 1
    }

    /// The last position that this node handed out by a moment, or one before all that it keeps. Positions follow one another in time, as far as the
    /// machine's clock does: a few looks find it among any number.
    func lastPosition(at moment: Int64) throws -> Int64 {
        let oldest = try oldestPosition()
        var (found, low, high): (Int64, Int64, Int64) = (oldest - 1, oldest, try lastPosition())
        while low <= high {
            let middle = low + (high - low) / 2
            let row = try prepare(Self.nextPosition)
            row.bind(1, middle)
            guard let next = try row.first({ (position: $0.integer(0), at: $0.integer(1)) }) else { break }
            if next.at <= moment {
                found = next.position
                low = next.position + 1
            } else {
                high = middle - 1
            }
        }
        return found
    }
}

/// How long a node keeps the tokens of its positions and what was held until then.
private enum PositionAge {
    /// As long as a device's certificate is good: whoever is silent for longer enrols again, and compares.
    static let keptMilliseconds: Int64 = 400 * 86_400_000
    static let perStepMax: Int64 = 10_000
}

extension WriteAccess {
    /// Drops, at a node, some of the positions that are too old for anybody to go on from, and what was held until then.
    /// - Returns: whether there may be more.
    package func dropOldPositions() throws -> Bool {
        guard role.isNode else { return false }
        let oldest = try oldestPosition()
        let due = try lastPosition(at: environment.wallMilliseconds() - PositionAge.keptMilliseconds)
        // The last one is where the next begins.
        let last = min(due, try lastPosition() - 1, oldest + PositionAge.perStepMax - 1)
        guard last >= oldest else { return false }
        try db.execute(sql: "DELETE FROM position WHERE position <= ?", arguments: [last])
        try db.execute(sql: "DELETE FROM holding WHERE until IS NOT NULL AND until <= ?", arguments: [last])
        return true
    }
}
