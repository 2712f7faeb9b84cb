import FieldModel
import SyncCore
package import SyncStore
import SyncWire

/// Whether what is stored here is what was written.
package struct StoreCheck {
    package let scopes: Int
    /// Scopes whose account does not fit their records, and chains that do not fit their hashes.
    package let damaged: [String]

    package init(_ access: ReadAccess) throws {
        let summaries = try access.scopeSummaries()
        let scopes = try summaries.filter { try !Self.fits($0, access) }.map(\.name)
        let chains = try access.chains().filter { try !Self.isWhole($0.replica, head: $0.head, access) }
        self.scopes = summaries.count
        damaged = scopes + chains.map(\.replica.description)
    }

    /// A scope's digest is the sum of its records' hashes.
    private static func fits(_ scope: ScopeSummary, _ access: ReadAccess) throws -> Bool {
        var digest = ScopeDigest()
        let hashes = try access.hashes(in: scope.name, after: nil, limit: .max)
        for record in hashes { digest.add(record.hash) }
        return digest == scope.digest && hashes.count == scope.records
    }

    /// Every set's hash covers its bytes and the hash before it; behind sets that are gone the chain goes on from theirs.
    private static func isWhole(_ replica: ReplicaID, head: UInt64, _ access: ReadAccess) throws -> Bool {
        var before = try access.hash(of: replica, at: 0)
        var next: UInt64 = 1
        while next <= head {
            let entries = try access.entries(
                of: replica, from: next, limit: 1_000, bytesMax: Limits.requestBodyDecompressedBytesMax)
            guard let last = entries.last else { return false }
            for entry in entries {
                if let bytes = entry.bytes, let before, ChainHash.next(after: before, set: bytes) != entry.hash {
                    return false
                }
                before = entry.hash
            }
            next = last.seq + 1
        }
        return true
    }

    /// What `verify` answers of this replica alone.
    package var report: Report {
        Report(
            .object([
                ("scopes", .integer(Int64(scopes))), ("differed", .integer(Int64(damaged.count))),
                ("repaired", .integer(0)), ("missing", .array(damaged.map(JSONValue.string))),
            ]), remarks: damaged.isEmpty ? [Words("Everything fits.", "核对无误。")] : damaged.map { Words($0, $0) },
            exit: damaged.isEmpty ? 0 : ErrorCode.integrity.entry.exit)
    }
}
