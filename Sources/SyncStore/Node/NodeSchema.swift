/// The tables of a node: whom it invited and serves. They are local: nothing of them is synchronised.
enum NodeSchema {
    static let sql = """
        -- Enrolment codes, hashed, each good once. `used_by`: the key that it was used with.
        CREATE TABLE invite (
          code_hash BLOB PRIMARY KEY, kind TEXT NOT NULL, subject BLOB NOT NULL, name TEXT NOT NULL,
          expires_at INTEGER NOT NULL, used_at INTEGER, used_by BLOB
        ) WITHOUT ROWID;

        -- Devices that this node certified. A row is never deleted: its code is not given again.
        CREATE TABLE device (
          id BLOB PRIMARY KEY, key BLOB NOT NULL UNIQUE, user BLOB NOT NULL, name TEXT NOT NULL,
          code TEXT NOT NULL UNIQUE, state TEXT NOT NULL, version TEXT NOT NULL, enrolled_at INTEGER NOT NULL,
          last_seen_at INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX device_user ON device (user);

        -- Branches that this node certified, and what they last said of themselves.
        CREATE TABLE branch_link (
          id BLOB PRIMARY KEY, key BLOB NOT NULL, name TEXT NOT NULL, url TEXT NOT NULL, last_exchange_at INTEGER,
          pending INTEGER, fresh_at INTEGER
        ) WITHOUT ROWID;

        -- Passwords of people who sign in with one (scrypt).
        CREATE TABLE credential (user BLOB PRIMARY KEY, salt BLOB NOT NULL, hash BLOB NOT NULL) WITHOUT ROWID;
        """
}
