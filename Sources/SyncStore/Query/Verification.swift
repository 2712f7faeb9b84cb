import Foundation
import GRDB
import SyncCore
import SyncWire

/// What reading everything found.
package struct Verification: Sendable {
    package private(set) var scopes = 0
    package private(set) var records = 0
    package private(set) var changeSets = 0
    /// What does not agree, one sentence each.
    package private(set) var faults: [String] = []
}

extension Verification {
    fileprivate mutating func note(scope: ScopeSummary, digest: ScopeDigest, records: Int) {
        scopes += 1
        self.records += records
        if scope.digest != digest || scope.records != records {
            faults.append("scope \(scope.name): its digest is not that of its records")
        }
    }

    fileprivate mutating func note(chain replica: ReplicaID, sets: Int, broken: UInt64?) {
        changeSets += sets
        if let broken { faults.append("chain \(replica): set \(broken) does not follow the one before it") }
    }
}

extension ReadAccess {
    /// Reads every record and every change set and compares them with the digests and hashes that were kept beside.
    package func verify() throws -> Verification {
        var out = Verification()
        for scope in try scopeSummaries() {
            var digest = ScopeDigest()
            var count = 0
            try eachHash(in: IDRange(scope: scope.name)) { record in
                digest.add(try recomputedHash(record.id))
                count += 1
            }
            out.note(scope: scope, digest: digest, records: count)
        }
        for chain in try chains() {
            try verify(ChainSide(replica: chain.replica, local: names.known(chain.replica) ?? 0), &out)
            for side in try otherSides(of: chain.replica) { try verify(side, &out) }
        }
        return out
    }

    private func recomputedHash(_ id: RecordID) throws -> UInt128 {
        guard let record = try load(id), let base = record.base else { return 0 }
        return RecordStateCodec.hash(type: record.type, id: id, state: base)
    }

    private func verify(_ side: ChainSide, _ out: inout Verification) throws {
        var next = side.parting?.seq ?? 1
        var (count, previous) = (0, try hash(of: side, at: next - 1) ?? [])
        while true {
            let batch = try entries(of: side, from: next, limit: 500, bytesMax: .max)
            guard let end = batch.last else { break }
            for entry in batch {
                count += 1
                if let bytes = entry.bytes, ChainHash.next(after: previous, set: bytes) != entry.hash {
                    return out.note(chain: side.replica, sets: count, broken: entry.seq)
                }
                previous = entry.hash
            }
            next = end.seq + 1
        }
        out.note(chain: side.replica, sets: count, broken: nil)
    }
}
