/// What this replica knows of attachments' bytes. Local: nothing of it is synchronised; whether the bytes are here is
/// checked against the folder.
enum BlobSchema {
    static let sql = """
        -- here: the whole bytes are; stage: how far up they are known to be (BlobStage); sent: bytes that the upstream has
        -- of a transfer under way; asked_at, tries: of transfers that could not begin; wanted_at: somebody below asked.
        CREATE TABLE blob (
          sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, here INTEGER NOT NULL, pinned INTEGER NOT NULL DEFAULT 0,
          stage INTEGER NOT NULL DEFAULT 0, sent INTEGER NOT NULL DEFAULT 0, used_at INTEGER NOT NULL,
          asked_at INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, wanted_at INTEGER,
          unreferenced_at INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX blob_unsent ON blob (stage, size) WHERE here = 1 AND stage < 2;
        CREATE INDEX blob_wanted ON blob (wanted_at) WHERE wanted_at IS NOT NULL;
        """
}
