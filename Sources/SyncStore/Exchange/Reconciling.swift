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

    /// Scopes whose digest here is another than the puller's.
    package func differing(from theirs: [ScopeSummary]) throws -> [String] {
        let mine = Dictionary(uniqueKeysWithValues: try scopeSummaries().map { ($0.name, $0.digest) })
        let named = Dictionary(theirs.map { ($0.name, $0.digest) }, uniquingKeysWith: { a, _ in a })
        let all = Set(mine.keys).union(named.keys)
        return all.filter { mine[$0] ?? ScopeDigest() != named[$0] ?? ScopeDigest() }.sorted()
    }
}
