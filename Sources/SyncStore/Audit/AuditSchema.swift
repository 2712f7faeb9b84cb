/// A node's audit, and, at every replica, what it keeps of other nodes' audits.
enum AuditSchema {
    static let sql = """
        -- What a node committed and what was done to it, in order, each entry chained to the one before (R-130). `entry`: the
        -- change set in the log that it is about. Rows are only ever added.
        CREATE TABLE audit (
          n INTEGER PRIMARY KEY, at INTEGER NOT NULL, position INTEGER NOT NULL, kind INTEGER NOT NULL, entry INTEGER,
          authority INTEGER, detail TEXT, chain BLOB NOT NULL
        );
        CREATE INDEX audit_entry ON audit (entry) WHERE entry IS NOT NULL;

        -- By whose right sets came (R-131), each once.
        CREATE TABLE authority (local INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, content BLOB NOT NULL);

        -- Signed heads of audits: the newest of each node and epoch, by the node's record.
        CREATE TABLE audit_head (
          node BLOB NOT NULL, epoch INTEGER NOT NULL, n INTEGER NOT NULL, chain BLOB NOT NULL, at INTEGER NOT NULL,
          bytes BLOB NOT NULL, PRIMARY KEY (node, epoch)
        ) WITHOUT ROWID;

        -- Heads that something contradicts; `other`: a head of the same node that cannot be true beside it.
        CREATE TABLE audit_alarm (
          rowid INTEGER PRIMARY KEY, at INTEGER NOT NULL, node BLOB NOT NULL, epoch INTEGER NOT NULL, n INTEGER NOT NULL,
          bytes BLOB NOT NULL, other BLOB, settled INTEGER NOT NULL DEFAULT 0, UNIQUE (node, epoch, n)
        );
        """
}
