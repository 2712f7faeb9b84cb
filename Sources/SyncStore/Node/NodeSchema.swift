import GRDB

/// The tables of a node: whom it invited and serves. They are local: nothing of them is synchronised.
enum NodeSchema {
    static let sql = """
        -- Enrolment codes, hashed, each good once. `used_by`: the key that it was used with.
        CREATE TABLE invite (
          code_hash BLOB PRIMARY KEY, kind TEXT NOT NULL, subject BLOB NOT NULL, name TEXT NOT NULL,
          expires_at INTEGER NOT NULL, used_at INTEGER, used_by BLOB
        ) WITHOUT ROWID;

        -- Branches that this node certified, and what they last said of themselves.
        CREATE TABLE branch_link (
          id BLOB PRIMARY KEY, key BLOB NOT NULL, name TEXT NOT NULL, url TEXT NOT NULL, last_exchange_at INTEGER,
          pending INTEGER, fresh_at INTEGER
        ) WITHOUT ROWID;

        -- Passwords of people who sign in with one (scrypt).
        CREATE TABLE credential (user BLOB PRIMARY KEY, salt BLOB NOT NULL, hash BLOB NOT NULL) WITHOUT ROWID;
        """

    /// Devices that this node certified. A row is never deleted: its code is not given again. `pending`: change sets that
    /// it had still to send, as it last said. An earlier version called the table `device`, which is now that of the records
    /// and kept in `state` what follows from orders now.
    static func createEnrolled(_ db: Database) throws {
        if try db.tableExists("enrolled_device") { return }
        let isOld = try db.tableExists("device") && db.columns(in: "device").contains { $0.name == "enrolled_at" }
        try db.execute(sql: isOld ? renamed : enrolled)
    }

    private static let enrolled = """
        CREATE TABLE enrolled_device (
          id BLOB PRIMARY KEY, key BLOB NOT NULL UNIQUE, user BLOB NOT NULL, name TEXT NOT NULL,
          code TEXT NOT NULL UNIQUE, state TEXT NOT NULL, version TEXT NOT NULL, enrolled_at INTEGER NOT NULL,
          last_seen_at INTEGER, pending INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX enrolled_device_user ON enrolled_device (user);
        """

    private static let renamed = """
        DROP INDEX device_user;
        ALTER TABLE device RENAME TO enrolled_device;
        ALTER TABLE enrolled_device ADD COLUMN pending INTEGER;
        CREATE INDEX enrolled_device_user ON enrolled_device (user);
        """
}
