import FieldModel
import GRDB
import SyncCore
import SyncWire

/// Records that leave this replica, because its person or branch holds their scopes no more (sync-model §3). Own change sets
/// stay, and are still sent.
extension WriteAccess {
    package func lose(_ losses: Losses) throws {
        for scope in losses.dropped { try drop(scope) }
        for id in losses.evicted {
            guard let record = try load(id) else {
                // Its own sets show it no more when one of them is known again.
                try noteLeft(id, blob: nil)
                continue
            }
            if role.isNode, let scope = record.storedScope { try noteDeparture(id, from: scope, at: position()) }
            try leave(record)
        }
    }

    /// Records that are looked at a time.
    private static let leavingRowsMax = 500

    private func drop(_ scope: String) throws {
        guard let number = try names.known(scope: scope) else { return }
        for table in RecordTable.ordered.map(Optional.some) + [nil] {
            let rows = try prepare(table?.ofScope ?? RecordTable.unknownOfScope)
            while true {
                rows.bind(1, number)
                rows.bind(2, Int64(Self.leavingRowsMax))
                let batch = try records(rows, of: table)
                if batch.isEmpty { break }
                for record in batch { try leave(record) }
            }
        }
    }

    static let deleteReplaced = FixedSQL("DELETE FROM replaced WHERE record = ?")

    /// What nodes said of a record goes; an own set that creates it and is on its way still shows it.
    private func leave(_ record: StoredRecord) throws {
        var left = record
        left.base = nil
        try forgetBlobs(of: record)
        if !role.isNode { try noteLeft(record.id, blob: unsentBlob(of: record)) }
        try delete(Self.deleteReplaced, record.id)
        if let shown = try Layered.shown(base: nil, own: countedChanges(of: record.id)) {
            left.shown = shown
            return try save(left, before: record.shown)
        }
        left.position = try position()
        if let scope = record.storedScope { account(left, scope: scope, hash: nil) }
        try remove(left)
    }
}

/// What a device remembers of records that left it: their ids, and attachments that it has still to send.
extension WriteAccess {
    private static let insertLeft = FixedSQL(
        "INSERT INTO left_record (record, sha256) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET sha256 = coalesce(?2, sha256)"
    )
    private static let deleteLeft = FixedSQL("DELETE FROM left_record WHERE record = ?")

    /// Own sets that a node vouches for do not show the record any more: it is not theirs to bring back.
    func noteLeft(_ id: RecordID, blob: String?) throws {
        if role.isNode { return }
        let row = try prepare(Self.insertLeft)
        row.bind(1, id)
        row.bind(2, text: blob)
        try row.run()
        isForgetting = true
    }

    /// A node tells of a record again.
    /// - Returns: whether it had left.
    func noteBack(_ id: RecordID) throws -> Bool {
        guard try hasLeft(id) else { return false }
        try delete(Self.deleteLeft, id)
        return true
    }

    /// The attachment's bytes, where they are here and nowhere else.
    private func unsentBlob(of record: StoredRecord) throws -> String? {
        guard let hash = attached(record) else { return nil }
        return try blob(hash).flatMap { $0.here && $0.stage == .local ? $0.hash.description : nil }
    }

    /// Bytes that only this record named are collected at once.
    private func forgetBlobs(of record: StoredRecord) throws {
        guard let hash = attached(record) else { return }
        try db.execute(
            sql: """
                UPDATE blob SET unreferenced_at = 0, pinned = 0 WHERE sha256 = ?1 AND stage > 0 AND NOT EXISTS (
                  SELECT 1 FROM attachment WHERE attachment.sha256 = ?1 AND deleted = 0 AND id <> ?2)
                """, arguments: [hash.description, record.id])
    }

    private func attached(_ record: StoredRecord) -> BlobHash? {
        guard record.type == EntityTag.attachment else { return nil }
        return Catalogue.attachment.shownText("sha256", of: record.shown).flatMap { BlobHash(text: $0) }
    }
}

extension ReadAccess {
    private static let hasLeft = FixedSQL("SELECT 1 FROM left_record WHERE record = ?")

    /// Whether a record left this device and no node has told of it again.
    func hasLeft(_ id: RecordID) throws -> Bool {
        let row = try prepare(Self.hasLeft)
        row.bind(1, id)
        return try row.first { _ in true } ?? false
    }
}
