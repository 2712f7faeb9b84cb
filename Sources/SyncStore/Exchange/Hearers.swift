import FieldModel
package import SyncCore

/// Whom a transaction has something for, of those who wait at this node.
package enum Hearers: Sendable, Equatable {
    case everybody
    /// People and branches.
    case some(Set<RecordID>)

    package func includes(_ holder: RecordID) -> Bool {
        switch self {
        case .everybody: true
        case .some(let holders): holders.contains(holder)
        }
    }

    /// More than so many are everybody.
    private static let namedMax = 2_000

    mutating func insert(_ holder: RecordID) {
        guard case .some(var holders) = self else { return }
        self = .everybody
        holders.insert(holder)
        if holders.count <= Self.namedMax { self = .some(holders) }
    }
}

/// What a transaction left behind for those who wait.
package struct News: Sendable {
    /// This node's last position.
    package let position: Int64
    package let hearers: Hearers
}

extension WriteAccess {
    /// Scopes of which the holders are looked up one by one.
    private static let scopesMax = 500
    private static let holdersOfScope = FixedSQL("SELECT holder FROM holding WHERE scope = ? AND until IS NULL")

    func noteNews(for holder: RecordID) { session.hearers.insert(holder) }
    func noteNewsForEverybody() { session.hearers = .everybody }

    /// Somebody told something of a chain, which concerns its author.
    func noteNews(ofChain replica: ReplicaID) throws {
        guard case .some = session.hearers else { return }
        let statement = try prepare(
            """
            SELECT \(LogEntry.columns) FROM change_log
            WHERE replica = ? AND (bytes IS NOT NULL OR segment IS NOT NULL) ORDER BY seq DESC LIMIT 1
            """)
        statement.bind(1, try names.local(replica))
        guard let set = try statement.first({ try LogEntry($0, self) })?.changeSet() else { return }
        noteNews(for: set.author)
    }

    /// What changed in scopes concerns those who hold them, and those who hold every scope.
    func noteNews(ofScopes scopes: some Collection<Int64>) throws {
        guard role.isNode, !scopes.isEmpty, case .some = session.hearers else { return }
        let shared = try sharedScopes()
        if scopes.count > Self.scopesMax || scopes.contains(where: shared.contains) { return noteNewsForEverybody() }
        let rows = try prepare(Self.holdersOfScope)
        for scope in [Holding.everyNumber] + scopes {
            rows.bind(1, scope)
            for holder in try rows.all({ $0.integer(0) }) { noteNews(for: try names.author(holder)) }
        }
    }
}
