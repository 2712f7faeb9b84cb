import GRDB
package import SyncWire

/// What this replica knows of one attachment's bytes.
package struct BlobRow: Hashable, Sendable {
    package let hash: BlobHash
    package let size: Int64
    /// Whether the whole bytes are here.
    package let here: Bool
    package let pinned: Bool
    /// How far up they are known to be.
    package let stage: BlobStage
    /// Bytes that the upstream has of a transfer under way.
    package let sent: Int64

    init(_ row: Row) throws {
        guard let hash = BlobHash(text: row["sha256"]), let stage = BlobStage(rawValue: row["stage"]) else {
            throw ByteReader.damage
        }
        self.hash = hash
        self.stage = stage
        size = row["size"]
        here = row["here"]
        pinned = row["pinned"]
        sent = row["sent"]
    }
}

extension ReadAccess {
    /// Nil: nothing is known here but what records say.
    package func blob(_ hash: BlobHash) throws -> BlobRow? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM blob WHERE sha256 = ?")
        return try Row.fetchOne(statement, arguments: [hash.description]).map(BlobRow.init)
    }
}

extension WriteAccess {
    /// The whole bytes are here. What else is known of them stays.
    package func noteBlob(here hash: BlobHash, size: Int64, stage: BlobStage = .local) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO blob (sha256, size, here, stage, used_at) VALUES (?1, ?2, 1, ?3, ?4)
                ON CONFLICT (sha256) DO UPDATE SET here = 1, size = ?2, stage = max(stage, ?3), used_at = ?4,
                  wanted_at = NULL, tries = 0
                """
        ).execute(arguments: [hash.description, size, stage.rawValue, environment.wallMilliseconds()])
    }

    /// The bytes are not here any more, or never were.
    package func noteBlob(absent hash: BlobHash) throws {
        try db.execute(
            sql: "UPDATE blob SET here = 0 WHERE sha256 = ?", arguments: [hash.description])
    }

    /// How far up the bytes are now.
    package func noteBlob(_ hash: BlobHash, stage: BlobStage) throws {
        try db.execute(
            sql: "UPDATE blob SET stage = max(stage, ?), sent = 0, tries = 0, asked_at = ? WHERE sha256 = ?",
            arguments: [stage.rawValue, environment.wallMilliseconds(), hash.description])
    }

    /// How much of them the upstream has.
    package func noteBlob(_ hash: BlobHash, sent: Int64) throws {
        try db.execute(
            sql: "UPDATE blob SET sent = ?, tries = 0 WHERE sha256 = ?", arguments: [sent, hash.description])
    }

    /// A transfer could not begin: it is tried again, later every time.
    package func noteBlob(tried hash: BlobHash, size: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO blob (sha256, size, here, used_at, asked_at, tries) VALUES (?1, ?2, 0, ?3, ?3, 1)
                ON CONFLICT (sha256) DO UPDATE SET asked_at = ?3, tries = tries + 1
                """,
            arguments: [hash.description, size, environment.wallMilliseconds()])
    }

    package func noteBlob(used hash: BlobHash) throws {
        try db.execute(
            sql: "UPDATE blob SET used_at = ? WHERE sha256 = ?",
            arguments: [environment.wallMilliseconds(), hash.description])
    }

    /// Somebody below this node asks for bytes that are not here, and waits: they are asked for above soon, however often
    /// that was in vain.
    package func noteBlob(wanted hash: BlobHash, size: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO blob (sha256, size, here, used_at, wanted_at) VALUES (?1, ?2, 0, ?3, ?3)
                ON CONFLICT (sha256) DO UPDATE SET wanted_at = ?3, tries = min(tries, 2) WHERE here = 0
                """,
            arguments: [hash.description, size, environment.wallMilliseconds()])
    }

    /// Keeps the bytes here whatever the quota says, and fetches them when they are not here; or no longer.
    package func pinBlob(_ hash: BlobHash, size: Int64, _ pinned: Bool) throws {
        try db.execute(
            sql: """
                INSERT INTO blob (sha256, size, here, pinned, used_at) VALUES (?1, ?2, 0, ?3, ?4)
                ON CONFLICT (sha256) DO UPDATE SET pinned = ?3
                """,
            arguments: [hash.description, size, pinned, environment.wallMilliseconds()])
    }

    /// The upstream was replaced or put back from a copy: what it has must be asked again.
    package func forgetBlobStages() throws { try db.execute(sql: "UPDATE blob SET stage = 0, sent = 0, tries = 0") }
}
