package import FieldModel
import GRDB
package import SyncCore

/// A scope that somebody holds, and why.
package struct ExplainedHolding: Sendable {
    package struct Source: Hashable, Sendable {
        package let record: RecordID
        package let reason: HoldingReason
    }

    /// `Holding.every`, or a scope's name.
    package let scope: String
    /// Milliseconds since 1970; nil: since before this node kept account of it.
    package let since: Int64?
    package let sources: [Source]
}

extension ReadAccess {
    private static let explained = FixedSQL(
        """
        SELECT scope, at, source, reason FROM holding LEFT JOIN position ON position = since
        LEFT JOIN holding_source USING (holder, scope) WHERE holder = ? AND until IS NULL ORDER BY scope, source, reason
        """)

    /// What a person or a branch holds now, each scope with the records that it follows from; `catalog` and `org`, which are
    /// everybody's, follow from none.
    package func explainHoldings(of holder: RecordID) throws -> [ExplainedHolding] {
        let own = try names.known(author: holder).map(explainHoldings) ?? []
        if own.contains(where: { $0.scope == Holding.every }) { return own }
        return own + ["catalog", "org"].map { ExplainedHolding(scope: $0, since: nil, sources: []) }
    }

    private func explainHoldings(_ holder: Int64) throws -> [ExplainedHolding] {
        let rows = try prepare(Self.explained)
        rows.bind(1, holder)
        let found = try rows.all { row in
            (
                scope: row.integer(0), since: row.isNull(1) ? nil : row.integer(1), source: row.id(2),
                reason: HoldingReason(rawValue: row.text(3))
            )
        }
        return try found.indices.filter { $0 == 0 || found[$0].scope != found[$0 - 1].scope }.map { first in
            let rows = found[first...].prefix { $0.scope == found[first].scope }
            let sources = rows.compactMap { row -> ExplainedHolding.Source? in
                guard let source = row.source, let reason = row.reason else { return nil }
                return ExplainedHolding.Source(record: source, reason: reason)
            }
            let number = found[first].scope
            return ExplainedHolding(
                scope: number == Holding.everyNumber ? Holding.every : try names.scope(number),
                since: found[first].since, sources: sources)
        }
    }
}
