import FieldModel
import GRDB

/// The tables beside the entities' own. A migration is never edited once it was released.
enum Migrations {
    /// `PRAGMA application_id`: "FSYN".
    static let applicationID = 0x4653_594E

    /// The name of the newest.
    static var last: String? { migrator.migrations.last }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 foundation") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: foundation)
            for table in RecordTable.ordered { try db.execute(sql: table.createSQL) }
        }
        migrator.registerMigration("2 node") { db in try db.execute(sql: NodeSchema.sql) }
        // Before the others: what they do to the tables of all types is not for a node's own list.
        migrator.registerMigration("2 enrolled devices") { db in
            try NodeSchema.createEnrolled(db)
            try RecordTable.addFields(db)
        }
        migrator.registerMigration("3 tallies") { db in try Tally.create(db) }
        migrator.registerMigration("4 forks") { db in try db.execute(sql: forks) }
        migrator.registerMigration("5 attachments") { db in
            try db.execute(sql: BlobSchema.sql)
            // A new store has the tables of all types from its foundation on.
            for table in RecordTable.ordered where try !db.tableExists(table.entity.name) {
                try db.execute(sql: table.createSQL)
            }
        }
        migrator.registerMigration("6 comparing") { db in
            for name in RecordTable.ordered.map(\.entity.name) + [RecordTable.unknownName] {
                try db.execute(sql: "CREATE INDEX IF NOT EXISTS \"\(name)_ids\" ON \"\(name)\" (scope, id)")
            }
            try db.execute(sql: comparing)
        }
        migrator.registerMigration("7 worklists") { db in
            try WorklistSchema.create(db)
            try db.execute(sql: logIndexes)
        }
        migrator.registerMigration("8 holdings") { db in
            try db.execute(sql: HoldingSchema.sql)
            try RecordTable.addFields(db)
        }
        migrator.registerMigration("9 decisions") { db in
            try DecisionList.create(db)
            try RecordTable.addFields(db)
            try db.execute(sql: "CREATE INDEX proposal_open ON proposal (id) WHERE decision IS NULL AND deleted = 0")
        }
        migrator.registerMigration("10 audit") { db in try db.execute(sql: AuditSchema.sql) }
        migrator.registerMigration("11 leaving") { db in try db.execute(sql: leaving) }
        // Who holds what follows from the records otherwise than before: `adoptHoldings`.
        migrator.registerMigration("12 parts of everything") { _ in }
        // Types that came without a migration of their own: tables of an earlier version lacked them.
        migrator.registerMigration("13 types since the tables") { db in try RecordTable.addFields(db) }
        migrator.registerMigration("14 forgetting") { db in
            try ForgettingSchema.create(db)
            try LogSegment.create(db)
            try HeadSignature.create(db)
            try db.execute(sql: "CREATE INDEX holding_ended ON holding (until) WHERE until IS NOT NULL")
        }
        return migrator
    }

    private static let comparing = """
        -- What was pulled belongs to an epoch; an earlier version kept the node's name with it.
        DELETE FROM staged;
        DELETE FROM meta WHERE key IN ('staging', 'checkpoint_node');

        -- Whether a person has looked at it.
        ALTER TABLE quarantine ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;
        """

    /// What is refused or undecided in a chain, and what is not sealed yet, without a look at the rest of the log. SQLite
    /// takes an index with a condition where the query has the same words in it.
    private static let logIndexes = """
        DROP INDEX change_log_refused;
        CREATE INDEX change_log_refused ON change_log (verdict, replica, seq) WHERE verdict <> 0;
        CREATE INDEX change_log_unsealed ON change_log (seq) WHERE own = 1 AND sealed = 0;
        """

    private static let forks = """
        -- Sides of a chain that forked, besides the one that came first: a number, negative, under which the log has the
        -- side's own sets, and the side and seq at which it parts.
        CREATE TABLE fork_side (
          local INTEGER PRIMARY KEY, replica INTEGER NOT NULL, parent INTEGER NOT NULL, parted INTEGER NOT NULL
        );
        CREATE INDEX fork_side_replica ON fork_side (replica);
        CREATE INDEX fork_side_parent ON fork_side (parent);

        -- The own dots under which headquarters wrote a forked write again.
        CREATE TABLE fork_copy (
          side INTEGER NOT NULL, record BLOB NOT NULL, n INTEGER NOT NULL, copy_replica INTEGER NOT NULL,
          copy_n INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (side, record, n, copy_replica, copy_n)
        ) WITHOUT ROWID;

        -- Sets that their authors wrote again, by the hash of the set that each replaces.
        CREATE TABLE replacement (replaced BLOB NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (replaced, entry))
        WITHOUT ROWID;
        """

    private static let leaving = """
        -- Records that left a device since it holds their scopes no more; sha256: of an attachment that is still to be sent.
        CREATE TABLE left_record (record BLOB PRIMARY KEY, sha256 TEXT) WITHOUT ROWID;
        CREATE INDEX departure_position ON departure (position);
        CREATE INDEX left_record_sha256 ON left_record (sha256) WHERE sha256 IS NOT NULL;
        """

    private static let foundation = """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

        -- Small numbers for what states repeat: replicas, authors, scopes.
        CREATE TABLE replica (local INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE);
        CREATE TABLE author (local INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE);
        CREATE TABLE scope (
          local INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, position INTEGER NOT NULL DEFAULT 0,
          records INTEGER NOT NULL DEFAULT 0, digest BLOB NOT NULL
        );
        CREATE INDEX scope_position ON scope (position);

        -- What a node committed, in commit order. The token is random: a rolled-back node does not know it.
        CREATE TABLE position (position INTEGER PRIMARY KEY, token INTEGER NOT NULL, at INTEGER NOT NULL);

        -- Records of types that this version does not know, kept and relayed.
        CREATE TABLE unknown_record (
          rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, type INTEGER NOT NULL, scope INTEGER NOT NULL,
          position INTEGER NOT NULL, deleted INTEGER NOT NULL, hash BLOB, state BLOB NOT NULL
        );
        CREATE INDEX unknown_record_scope ON unknown_record (scope, position);

        -- A device's base of records that show own change sets on top.
        CREATE TABLE base (record BLOB PRIMARY KEY, state BLOB NOT NULL);

        -- Every change set, verbatim. `wall` and `sealed`: own sets before their first byte leaves.
        CREATE TABLE change_log (
          rowid INTEGER PRIMARY KEY, replica INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,
          bytes BLOB, verdict INTEGER NOT NULL, own INTEGER NOT NULL, position INTEGER, at INTEGER NOT NULL,
          wall INTEGER, sealed INTEGER NOT NULL DEFAULT 1, code TEXT, message_en TEXT, message_zh TEXT,
          settled INTEGER NOT NULL DEFAULT 0,
          UNIQUE (replica, seq)
        );
        CREATE INDEX change_log_refused ON change_log (verdict) WHERE verdict <> 0;
        CREATE INDEX change_log_hash ON change_log (hash);
        CREATE INDEX change_log_own ON change_log (replica, seq) WHERE own = 1;
        CREATE TABLE change_record (
          record BLOB NOT NULL, entry INTEGER NOT NULL, type INTEGER NOT NULL, PRIMARY KEY (record, entry)
        ) WITHOUT ROWID;

        -- Whose replica it is: the key that signs its runs, and that key's certificate chain.
        CREATE TABLE chain_owner (replica INTEGER PRIMARY KEY, key BLOB NOT NULL, certificates BLOB NOT NULL);

        -- What nodes vouch to hold of a chain: one row a replica and node.
        CREATE TABLE receipt (
          replica INTEGER NOT NULL, node BLOB NOT NULL, hq INTEGER NOT NULL, seq INTEGER NOT NULL,
          hash BLOB NOT NULL, epoch INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (replica, node)
        ) WITHOUT ROWID;

        -- Bytes that did not verify, kept for a person to look at; never applied.
        CREATE TABLE quarantine (
          rowid INTEGER PRIMARY KEY, at INTEGER NOT NULL, replica INTEGER NOT NULL, seq INTEGER NOT NULL,
          reason TEXT NOT NULL, bytes BLOB NOT NULL
        );

        -- Pages of a pull that is under way.
        CREATE TABLE staged (seq INTEGER PRIMARY KEY, state BLOB NOT NULL);

        -- Siblings that arriving states replaced: earlier values whose change sets never came here.
        CREATE TABLE replaced (
          record BLOB NOT NULL, tag INTEGER NOT NULL, replica INTEGER NOT NULL, n INTEGER NOT NULL,
          milliseconds INTEGER NOT NULL, counter INTEGER NOT NULL, author INTEGER NOT NULL, value BLOB NOT NULL,
          PRIMARY KEY (record, tag, replica, n)
        ) WITHOUT ROWID;

        -- Fields that a person must decide.
        CREATE TABLE conflict (
          record BLOB NOT NULL, tag INTEGER NOT NULL, type INTEGER NOT NULL, since INTEGER NOT NULL,
          PRIMARY KEY (record, tag)
        ) WITHOUT ROWID;

        -- Counters of readable numbers.
        CREATE TABLE number_counter (prefix TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;

        CREATE VIRTUAL TABLE search USING fts5 (text, content = '', tokenize = 'unicode61 remove_diacritics 2');
        """
}
