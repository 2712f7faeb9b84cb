/// Who holds what. Kept at nodes; a device has the tables, empty. `holder` and `scope` are the numbers of `author` and
/// `scope`; scope 0 stands for every scope.
enum HoldingSchema {
    static let sql = """
        -- What somebody holds or held, from a position of this node on; until one, or still.
        CREATE TABLE holding (
          holder INTEGER NOT NULL, scope INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER,
          PRIMARY KEY (holder, scope, since)
        ) WITHOUT ROWID;
        CREATE INDEX holding_scope ON holding (scope, holder) WHERE until IS NULL;
        CREATE INDEX holding_since ON holding (holder, since);
        CREATE INDEX holding_until ON holding (holder, until) WHERE until IS NOT NULL;

        -- The record that a holding follows from. A holding is current while there is one.
        CREATE TABLE holding_source (
          source BLOB NOT NULL, holder INTEGER NOT NULL, scope INTEGER NOT NULL, reason TEXT NOT NULL,
          PRIMARY KEY (source, holder, scope, reason)
        ) WITHOUT ROWID;
        CREATE INDEX holding_source_holder ON holding_source (holder, scope);

        -- When time alone changes what follows from a record, in milliseconds since 1970.
        CREATE TABLE holding_due (source BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX holding_due_at ON holding_due (at);

        -- Sites and accounts that somebody made who is no branch that is known here: whose they are follows from his.
        CREATE TABLE made_by (person BLOB NOT NULL, record BLOB NOT NULL, PRIMARY KEY (person, record)) WITHOUT ROWID;

        -- Restricted parts of scopes that ever had a record here.
        CREATE INDEX scope_part ON scope (name) WHERE instr(name, '#') > 0;

        -- Records that left a scope, at the position at which they did.
        CREATE TABLE departure (
          scope INTEGER NOT NULL, position INTEGER NOT NULL, record BLOB NOT NULL,
          PRIMARY KEY (scope, position, record)
        ) WITHOUT ROWID;
        """
}
