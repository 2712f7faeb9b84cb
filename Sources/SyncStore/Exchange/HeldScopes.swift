import FieldModel
import SyncCore

/// What somebody holds at this node, as a pull walks through it. Everybody holds `catalog` and `org`.
struct HeldScopes {
    /// His number; nil: nobody here has heard of him.
    let holder: Int64?
    /// From which position on he holds every scope that is not restricted; nil: he does not.
    let everySince: Int64?
    /// The same of the restricted parts of all of them, by the number that stands for every one.
    let partsSince: [Int64: Int64]
    /// The numbers of the scopes that are everybody's, ascending.
    let shared: [Int64]
}

/// A scope that a pull walks through: the records that changed behind a position.
struct WalkedScope {
    let number: Int64
    let after: Int64
}

extension ReadAccess {
    func heldScopes(of holder: RecordID) throws -> HeldScopes {
        let shared = try sharedScopes()
        guard let number = try names.known(author: holder) else {
            return HeldScopes(holder: nil, everySince: nil, partsSince: [:], shared: shared)
        }
        let everySince = try currentSince(Holding.everyNumber, number)
        var partsSince: [Int64: Int64] = [:]
        if everySince != nil {
            for part in try everyPartNumbers() { partsSince[part] = try currentSince(part, number) }
        }
        return HeldScopes(holder: number, everySince: everySince, partsSince: partsSince, shared: shared)
    }

    /// Those that stand for one restricted part of every scope.
    func everyPartNumbers() throws -> [Int64] {
        try RestrictedPart.allCases.compactMap { try names.known(scope: HoldingClaim.every($0)) }
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
        return try [
            everySince(over: scope, held), held.holder.flatMap { try currentSince(scope, $0) },
        ].compactMap(\.self).min()
    }

    /// The same, of who holds all of its kind.
    private func everySince(over scope: Int64, _ held: HeldScopes) throws -> Int64? {
        if held.everySince == nil || scope == Holding.everyNumber { return held.everySince }
        guard let every = try everyNumber(over: names.scope(scope)) else { return nil }
        return every == Holding.everyNumber ? held.everySince : held.partsSince[every]
    }

    private func currentSince(_ scope: Int64, _ holder: Int64) throws -> Int64? {
        let row = try prepare(Self.currentSince)
        row.bind(1, holder)
        row.bind(2, scope)
        return try row.first { $0.integer(0) }
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
            return try walkEvery(held, since: since, after: after, upto: upto, from: first, body)
        }
        if try isShorterByChange(held, after: after) {
            return try walkChanges(held, after: after, upto: upto).allSatisfy { try $0.number < first || body($0) }
        }
        return try walkHoldings(held, after: after, upto: upto, from: first, body)
    }

    private static let changed = FixedSQL(
        "SELECT local, position FROM scope WHERE position > ? AND local >= ? ORDER BY local")

    /// Of what is restricted he holds what his roles open, each kind since they do.
    private func walkEvery(
        _ held: HeldScopes, since: Int64, after: Int64, upto: Int64, from first: Int64,
        _ body: (WalkedScope) throws -> Bool
    ) throws -> Bool {
        let isGained = since > after || held.partsSince.values.contains { $0 > after && $0 <= upto }
        let rows = try prepare(Self.changed)
        rows.bind(1, isGained ? 0 : after)
        rows.bind(2, first)
        let changed = try rows.all { (number: $0.integer(0), position: $0.integer(1)) }
        return try changed.allSatisfy { scope in
            guard let since = try everySince(over: scope.number, held), since <= upto else { return true }
            let after = since > after ? 0 : after
            return try scope.position <= after || body(WalkedScope(number: scope.number, after: after))
        }
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
