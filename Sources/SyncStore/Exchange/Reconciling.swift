import FieldModel
import Foundation
import GRDB
package import SyncCore
import SyncWire

/// A scope with the digest of its records' states here.
package struct ScopeSummary: Hashable, Sendable {
    package let name: String
    package let digest: ScopeDigest
    package let records: Int

    package init(name: String, digest: ScopeDigest, records: Int) {
        self.name = name
        self.digest = digest
        self.records = records
    }
}

extension ReadAccess {
    package func scopeSummaries() throws -> [ScopeSummary] {
        let rows = try Row.fetchAll(db, sql: "SELECT name, digest, records FROM scope WHERE records > 0 ORDER BY name")
        return rows.map { row in
            ScopeSummary(
                name: row["name"],
                digest: ScopeDigest(sum: UInt128(bigEndianBytes: [UInt8](row["digest"] as Data))),
                records: row["records"])
        }
    }

    /// Compares the digests of all scopes that a puller holds.
    package func compare(_ theirs: [ScopeSummary], for holder: RecordID) throws -> ComparedScopes {
        let mine = Dictionary(uniqueKeysWithValues: try heldSummaries(of: holder).map { ($0.name, $0) })
        let named = Dictionary(theirs.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
        let maySay = try maySayLost(holder)
        var out = ComparedScopes()
        for name in Set(mine.keys).union(named.keys).sorted() {
            if try !holds(holder, scope: name) {
                if maySay { out.dropped.append(name) } else { out.unheld.append(name) }
            } else if try mine[name] == nil && isUnheld(name) {
                out.unheld.append(name)
            } else if mine[name]?.digest ?? ScopeDigest() != named[name]?.digest ?? ScopeDigest() {
                out.differing.append(name)
            }
        }
        return out
    }

    /// A branch has nothing of a scope, and nothing has left it here: it does not hold it itself.
    private func isUnheld(_ scope: String) throws -> Bool { try role == .branch && !hasDepartures(scope) }

    private static let summary = FixedSQL("SELECT digest, records FROM scope WHERE local = ?")

    /// Those of somebody's scopes of which something is here.
    private func heldSummaries(of holder: RecordID) throws -> [ScopeSummary] {
        let held = try heldScopes(of: holder)
        if held.everySince != nil { return try scopeSummaries().filter { try holds(holder, scope: $0.name) } }
        let row = try prepare(Self.summary)
        let numbers = try held.shared + (held.holder.map(currentScopes) ?? [])
        return try numbers.compactMap { number in
            row.bind(1, number)
            guard let (digest, records) = try row.first({ ($0.hash(0), Int($0.integer(1))) }), records > 0 else {
                return nil
            }
            return ScopeSummary(
                name: try names.scope(number), digest: ScopeDigest(sum: digest ?? 0), records: records)
        }
    }

    private static let current = FixedSQL("SELECT scope FROM holding WHERE holder = ? AND until IS NULL")

    private func currentScopes(of holder: Int64) throws -> [Int64] {
        let rows = try prepare(Self.current)
        rows.bind(1, holder)
        return try rows.all { $0.integer(0) }
    }
}

/// What came of comparing the digests of a puller's scopes, each list ascending.
package struct ComparedScopes: Hashable, Sendable {
    /// Held by the puller and not the same on both sides.
    package fileprivate(set) var differing: [String] = []
    /// Named by him, and not his any more.
    package fileprivate(set) var dropped: [String] = []
    /// Named by him, and not served to him here; he keeps them as they are.
    package fileprivate(set) var unheld: [String] = []
}
