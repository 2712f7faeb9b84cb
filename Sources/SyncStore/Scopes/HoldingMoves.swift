import GRDB
package import SyncCore

/// What somebody gains and loses by a change.
package struct HoldingMove: Sendable {
    package let holder: RecordID
    package fileprivate(set) var gained: [String] = []
    package fileprivate(set) var lost: [String] = []
}

extension WriteAccess {
    /// What this transaction changed so far of who holds what, in the order of the holders' ids.
    package func holdingMoves() throws -> [HoldingMove] {
        try settleHoldings()
        guard let positions else { return [] }
        let rows = try Row.fetchAll(
            db, sql: "SELECT holder, scope, until IS NULL FROM holding WHERE since >= ?1 OR until >= ?1",
            arguments: [positions.first])
        var moves: [RecordID: HoldingMove] = [:]
        for row in rows {
            let holder = try names.author(row[0])
            let scope = row[1] == Holding.everyNumber ? Holding.every : try names.scope(row[1])
            var move = moves[holder] ?? HoldingMove(holder: holder)
            if row[2] { move.gained.append(scope) } else { move.lost.append(scope) }
            moves[holder] = move
        }
        return moves.values.sorted { $0.holder < $1.holder }
    }
}
