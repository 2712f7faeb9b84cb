import FieldModel
import SyncCore

/// What somebody holds at this node, as a pull walks through it. Everybody holds `catalog` and `org`.
struct HeldScopes {
    /// His number; nil: nobody here has heard of him.
    let holder: Int64?
    /// From which position on he holds every scope; nil: he does not.
    let everySince: Int64?
    /// The numbers of the scopes that are everybody's, ascending.
    let shared: [Int64]
}

/// A scope that a pull walks through: the records that changed behind a position.
struct WalkedScope {
    let number: Int64
    let after: Int64
}

extension ReadAccess {
    private static let everySince = FixedSQL(
        "SELECT since FROM holding WHERE holder = ? AND scope = 0 AND until IS NULL LIMIT 1")

    func heldScopes(of holder: RecordID) throws -> HeldScopes {
        let shared = try sharedScopes()
        guard let number = try names.known(author: holder) else {
            return HeldScopes(holder: nil, everySince: nil, shared: shared)
        }
        let row = try prepare(Self.everySince)
        row.bind(1, number)
        return HeldScopes(holder: number, everySince: try row.first { $0.integer(0) }, shared: shared)
    }

    /// The numbers of what everybody holds, ascending.
    func sharedScopes() throws -> [Int64] {
        try [Scope(.catalog), Scope(.org)].compactMap { try names.known(scope: $0.description) }.sorted()
    }

    private static let currentSince = FixedSQL(
        "SELECT since FROM holding WHERE holder = ? AND scope = ? AND until IS NULL LIMIT 1")

    /// The position from which on a scope is held without a break; nil: it is not held now.
    func since(_ scope: Int64, _ held: HeldScopes) throws -> Int64? {
        if held.shared.contains(scope) { return 0 }
        var since = held.everySince
        if let holder = held.holder {
            let row = try prepare(Self.currentSince)
            row.bind(1, holder)
            row.bind(2, scope)
            if let own = try row.first({ $0.integer(0) }) { since = min(since ?? .max, own) }
        }
        return since
    }

    private static let coveredAt = FixedSQL(
        """
        SELECT 1 FROM holding WHERE holder = ?1 AND scope IN (?2, 0) AND since <= ?3 AND (until IS NULL OR until > ?3)
        LIMIT 1
        """)

    /// Whether a scope was held at a position.
    func wasHeld(_ scope: Int64, at position: Int64, _ held: HeldScopes) throws -> Bool {
        if held.shared.contains(scope) { return true }
        guard let holder = held.holder else { return false }
        let row = try prepare(Self.coveredAt)
        row.bind(1, holder)
        row.bind(2, scope)
        row.bind(3, position)
        return try row.first { _ in true } ?? false
    }
}

/// Walking through them, in the order of their numbers.
extension ReadAccess {
    /// Goes through the scopes held now, since `upto` at the latest, in which something changed after a position: those that
    /// were gained after it are whole.
    /// - Parameters:
    ///   - first: the number to begin at.
    ///   - body: false ends the walk.
    /// - Returns: whether it came to the end.
    func walk(
        _ held: HeldScopes, after: Int64, upto: Int64, from first: Int64, _ body: (WalkedScope) throws -> Bool
    ) throws -> Bool {
        if let since = held.everySince, since <= upto {
            let after = since > after ? 0 : after
            return try changedScopes(after: after, from: first).allSatisfy {
                try body(WalkedScope(number: $0, after: after))
            }
        }
        if try isShorterByChange(held, after: after) {
            return try walkChanges(held, after: after, upto: upto).allSatisfy { try $0.number < first || body($0) }
        }
        return try walkHoldings(held, after: after, upto: upto, from: first, body)
    }

    private static let changed = FixedSQL("SELECT local FROM scope WHERE position > ? AND local >= ? ORDER BY local")

    private func changedScopes(after: Int64, from first: Int64) throws -> [Int64] {
        let rows = try prepare(Self.changed)
        rows.bind(1, after)
        rows.bind(2, first)
        return try rows.all { $0.integer(0) }
    }

    private static let countChanged = FixedSQL(
        "SELECT count(*) FROM (SELECT 1 FROM scope INDEXED BY scope_position WHERE position > ? LIMIT ?)")
    private static let countHoldings = FixedSQL(
        "SELECT count(*) FROM (SELECT 1 FROM holding WHERE holder = ? LIMIT ?)")
    private static let countedAtFirst: Int64 = 64

    /// Whether fewer scopes changed than are held: whichever list is shorter is walked through, and neither is counted for
    /// longer than the other.
    private func isShorterByChange(_ held: HeldScopes, after: Int64) throws -> Bool {
        guard after > 0, let holder = held.holder else { return held.holder == nil }
        let (changed, holdings) = (try prepare(Self.countChanged), try prepare(Self.countHoldings))
        var limit = Self.countedAtFirst
        while true {
            changed.bind(1, after)
            changed.bind(2, limit)
            holdings.bind(1, holder)
            holdings.bind(2, limit)
            if try changed.first({ $0.integer(0) }) ?? 0 < limit { return true }
            if try holdings.first({ $0.integer(0) }) ?? 0 < limit { return false }
            limit *= 4
        }
    }

    private static let gained = FixedSQL(
        """
        SELECT scope FROM holding INDEXED BY holding_since
        WHERE holder = ? AND since > ? AND since <= ? AND until IS NULL
        """)
    private static let changedAndHeld = FixedSQL(
        """
        SELECT scope.local FROM scope INDEXED BY scope_position
        CROSS JOIN holding ON holder = ?1 AND holding.scope = scope.local AND +since <= ?2 AND until IS NULL
        WHERE scope.position > ?2
        """)

    private func walkChanges(_ held: HeldScopes, after: Int64, upto: Int64) throws -> [WalkedScope] {
        var walked = held.shared.map { WalkedScope(number: $0, after: after) }
        if let holder = held.holder {
            let (gained, changed) = (try prepare(Self.gained), try prepare(Self.changedAndHeld))
            gained.bind(1, holder)
            gained.bind(2, after)
            gained.bind(3, upto)
            changed.bind(1, holder)
            changed.bind(2, after)
            walked += try gained.all { WalkedScope(number: $0.integer(0), after: 0) }
            walked += try changed.all { WalkedScope(number: $0.integer(0), after: after) }
        }
        return walked.sorted { $0.number < $1.number }
    }

    private static let holdings = FixedSQL(
        """
        SELECT holding.scope, since FROM holding CROSS JOIN scope ON scope.local = holding.scope
        WHERE holder = ?1 AND holding.scope >= ?2 AND until IS NULL AND +since <= ?4
        AND (+since > ?3 OR scope.position > ?3) ORDER BY holding.scope
        """)

    private func walkHoldings(
        _ held: HeldScopes, after: Int64, upto: Int64, from first: Int64, _ body: (WalkedScope) throws -> Bool
    ) throws -> Bool {
        guard let holder = held.holder else { return true }
        var shared = held.shared.filter { $0 >= first }[...]
        let rows = try prepare(Self.holdings)
        defer { rows.reset() }
        rows.bind(1, holder)
        rows.bind(2, first)
        rows.bind(3, after)
        rows.bind(4, upto)
        while try rows.next() {
            let (scope, since) = (rows.integer(0), rows.integer(1))
            while let next = shared.first, next < scope {
                guard try body(WalkedScope(number: next, after: after)) else { return false }
                shared.removeFirst()
            }
            guard try body(WalkedScope(number: scope, after: since > after ? 0 : after)) else { return false }
        }
        return try shared.allSatisfy { try body(WalkedScope(number: $0, after: after)) }
    }
}
