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

package struct RecordHash: Hashable, Sendable {
    package let id: RecordID
    package let hash: UInt128

    package init(id: RecordID, hash: UInt128) {
        self.id = id
        self.hash = hash
    }
}

/// What one side answers to the other's (id, hash) pairs of an id range of a scope.
package struct ReconcileAnswer: Sendable {
    /// States that differ or were not named, in their canonical bytes.
    package let states: [[UInt8]]
    /// Named, and held here in no scope.
    package let unknown: [RecordID]
    /// The answer was cut short: go on after this id.
    package let resumeAfter: RecordID?
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

    /// The records of a scope after an id, sorted by id, with the hashes of their bases.
    package func hashes(in scope: String, after: RecordID?, upto: RecordID? = nil, limit: Int) throws -> [RecordHash] {
        guard let scope = try names.known(scope: scope) else { return [] }
        let tables = RecordTable.ordered.map { "\"\($0.entity.name)\"" } + [RecordTable.unknownName]
        let selects = tables.map {
            "SELECT id, hash FROM \($0) WHERE scope = :scope AND hash IS NOT NULL AND id > :after AND id <= :upto"
        }
        let rows = try Row.fetchAll(
            db, sql: selects.joined(separator: " UNION ALL ") + " ORDER BY id LIMIT :limit",
            arguments: [
                "scope": scope, "after": after.map { Data($0.bytes) } ?? Data(),
                "upto": Data((upto ?? RecordID(high: .max, low: .max)).bytes), "limit": limit,
            ])
        return try rows.map { row in
            guard let id = RecordID.fromDatabaseValue(row[0]) else { throw ByteReader.damage }
            return RecordHash(id: id, hash: UInt128(bigEndianBytes: [UInt8](row[1] as Data)))
        }
    }

    /// Compares the puller's pairs of an id range with what is here.
    package func compare(
        _ pairs: [RecordHash], scope: String, after: RecordID?, upto: RecordID?, bytesMax: Int
    ) throws -> ReconcileAnswer {
        let theirs = Dictionary(pairs.map { ($0.id, $0.hash) }, uniquingKeysWith: { a, _ in a })
        let mine = try hashes(in: scope, after: after, upto: upto, limit: .max)
        var states: [[UInt8]] = []
        var bytes = 0
        for entry in mine where theirs[entry.id] != entry.hash {
            guard let record = try load(entry.id), let base = record.base else { continue }
            let encoded = RecordStateCodec.encode(type: record.type, id: record.id, state: base)
            if !states.isEmpty, bytes + encoded.count > bytesMax {
                let last = mine.last { $0.id < entry.id }?.id
                return ReconcileAnswer(states: states, unknown: [], resumeAfter: last)
            }
            bytes += encoded.count
            states.append(encoded)
        }
        let held = Set(mine.map(\.id))
        var unknown: [RecordID] = []
        for pair in pairs where !held.contains(pair.id) {
            if let record = try load(pair.id), let base = record.base {
                states.append(RecordStateCodec.encode(type: record.type, id: record.id, state: base))
            } else {
                unknown.append(pair.id)
            }
        }
        return ReconcileAnswer(states: states, unknown: unknown, resumeAfter: nil)
    }
}
