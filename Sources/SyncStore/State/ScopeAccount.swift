import GRDB
import SyncCore

/// By how much a scope's digest and count changed in this transaction, and the newest position in it.
struct ScopeChange {
    var digest = ScopeDigest()
    var records = 0
    var position: Int64 = 0
}

extension WriteAccess {
    /// Moves the record's hash from its old scope's digest to its new one's.
    func account(_ record: StoredRecord, scope: Int64, hash: UInt128?) {
        if let old = record.storedHash, let oldScope = record.storedScope, oldScope != scope || old != hash {
            change(oldScope, position: record.position, records: -1) { $0.remove(old) }
        }
        if let hash, hash != record.storedHash || record.storedScope != scope {
            change(scope, position: record.position, records: 1) { $0.add(hash) }
        }
    }

    private func change(_ scope: Int64, position: Int64, records: Int, _ change: (inout ScopeDigest) -> Void) {
        var changed = scopeChanges[scope] ?? ScopeChange()
        change(&changed.digest)
        changed.records += records
        changed.position = max(changed.position, position)
        scopeChanges[scope] = changed
    }

    private static let selectDigest = FixedSQL("SELECT digest FROM scope WHERE local = ?")
    private static let updateScope = FixedSQL(
        "UPDATE scope SET digest = ?, records = records + ?, position = max(position, ?) WHERE local = ?")

    /// Writes down what this access changed in each scope, once for the whole transaction.
    func settleScopes() throws {
        let (select, update) = (try prepare(Self.selectDigest), try prepare(Self.updateScope))
        for (scope, change) in scopeChanges {
            select.bind(1, scope)
            let before = try select.first { $0.hash(0) } ?? nil
            update.bind(1, (before ?? 0) &+ change.digest.sum)
            update.bind(2, Int64(change.records))
            update.bind(3, change.position)
            update.bind(4, scope)
            try update.run()
        }
        try noteNews(ofScopes: scopeChanges.keys)
        scopeChanges = [:]
    }
}
