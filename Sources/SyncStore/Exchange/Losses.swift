import FieldModel
import GRDB
package import SyncCore
import SyncWire

/// What a puller holds no more, as a node tells him.
package struct Losses: Hashable, Sendable {
    /// Names of scopes, all of which are his no more.
    package var dropped: [String]
    /// Records that left for scopes that are not his.
    package var evicted: [RecordID]

    package init(dropped: [String] = [], evicted: [RecordID] = []) {
        self.dropped = dropped
        self.evicted = evicted
    }

    package var isEmpty: Bool { dropped.isEmpty && evicted.isEmpty }

    mutating func add(_ other: Losses) {
        dropped += other.dropped
        evicted += other.evicted
    }
}

/// A record that left a scope.
private struct Departure {
    let scope: Int64
    let position: Int64
    let record: RecordID

    init(_ row: Prepared) throws {
        guard let record = row.id(2) else { throw ByteReader.damage }
        (scope, position, self.record) = (row.integer(0), row.integer(1), record)
    }
}

/// What a pull may have brought before the page in hand.
struct PulledSoFar {
    /// The position of the puller's checkpoint, this node's at the pull's first page, and that up to which earlier pages of it
    /// had what he held.
    let start: Int64
    let begun: Int64
    let sent: Int64
}

extension ReadAccess {
    /// More than a message may name: the two sides compare.
    private static let namedMax = Limits.scopesPerPullMax

    /// Whether this node may say that somebody holds something no more: headquarters, and a branch that knows him, once it
    /// has heard from above. Where he roams nobody knows what he holds elsewhere.
    func maySayLost(_ holder: RecordID) throws -> Bool {
        switch role {
        case .hq: true
        case .branch: try hasHeardUpstream() && holds(holder, scope: Scope(.user(holder)).description)
        case .device: false
        }
    }

    private static let lost = FixedSQL(
        """
        SELECT DISTINCT scope FROM holding INDEXED BY holding_until
        WHERE holder = ? AND until IS NOT NULL AND until > ? AND since <= ?
        """)

    /// The numbers of scopes that may have been brought and are not held now.
    private func lostScopes(since pulled: PulledSoFar, _ held: HeldScopes) throws -> [Int64] {
        guard let holder = held.holder else { return [] }
        let rows = try prepare(Self.lost)
        rows.bind(1, holder)
        rows.bind(2, pulled.start)
        rows.bind(3, pulled.sent)
        return try rows.all { $0.integer(0) }.filter { try since($0, held) == nil }
    }

    /// Who held every scope, or a restricted part of each, and does not any more cannot be told which ones he lost.
    func lostEverything(since pulled: PulledSoFar, _ held: HeldScopes) throws -> Bool {
        let every = try Set([Holding.everyNumber] + everyPartNumbers())
        return try !every.isDisjoint(with: lostScopes(since: pulled, held))
    }

    /// - Returns: nil when there are too many to name.
    func losses(
        of holder: RecordID, _ held: HeldScopes, since pulled: PulledSoFar, replicas: [ReplicaID]
    ) throws -> Losses? {
        guard try maySayLost(holder) else { return Losses() }
        // A branch that has only now come to know him says what it had to keep to itself before.
        let user = try names.known(scope: Scope(.user(holder)).description).flatMap { try since($0, held) } ?? 0
        let isNew = role == .branch && user > pulled.start
        let lost = try lostScopes(
            since: isNew ? PulledSoFar(start: 0, begun: pulled.begun, sent: pulled.sent) : pulled, held)
        if lost.count > Self.namedMax { return nil }
        var evicted = try departed(since: pulled, held)
        for replica in replicas { evicted.formUnion(try written(by: replica, after: pulled.start, held)) }
        if evicted.count > Self.namedMax { return nil }
        return Losses(dropped: try lost.map(names.scope).sorted(), evicted: evicted.sorted())
    }

    /// So many departures are gone through, whosesoever they are, before the scopes are that changed.
    private static let departuresMax: Int64 = 1_000
    private static let newDepartures = FixedSQL(
        "SELECT scope, position, record FROM departure WHERE position > ? LIMIT ?")
    private static let departures = FixedSQL(
        "SELECT scope, position, record FROM departure WHERE scope = ? AND position > ?")

    /// Records that left a scope that is held for one that is not.
    private func departed(since pulled: PulledSoFar, _ held: HeldScopes) throws -> Set<RecordID> {
        let floor = pulled.start == 0 ? pulled.begun : pulled.start
        var out: Set<RecordID> = []
        let newest = try prepare(Self.newDepartures)
        newest.bind(1, floor)
        newest.bind(2, Self.departuresMax)
        let few = try newest.all(Departure.init)
        if few.count < Self.departuresMax {
            for left in few where try since(left.scope, held) != nil {
                if try mayHaveCome(left, since: pulled, held) { out.insert(left.record) }
            }
        } else {
            _ = try walk(held, after: floor, upto: .max, from: 0) { scope in
                let rows = try prepare(Self.departures)
                rows.bind(1, scope.number)
                rows.bind(2, floor)
                for left in try rows.all(Departure.init) where try mayHaveCome(left, since: pulled, held) {
                    out.insert(left.record)
                }
                return true
            }
        }
        return try out.filter { try !isHeld($0, held) }
    }

    /// Whether the puller may have the record: from before his checkpoint, or of an earlier page of this pull.
    private func mayHaveCome(_ left: Departure, since pulled: PulledSoFar, _ held: HeldScopes) throws -> Bool {
        try left.position > pulled.begun || wasHeld(left.scope, at: pulled.start, held)
    }

    private func isHeld(_ record: RecordID, _ held: HeldScopes) throws -> Bool {
        try load(record)?.storedScope.flatMap { try since($0, held) } != nil
    }

    private static let newest = FixedSQL(
        "SELECT \(LogEntry.columns), position FROM change_log WHERE replica = ? AND own = 0 ORDER BY seq DESC")

    /// Records that accepted sets of a replica changed and that its person does not hold: he sent what he had to tell.
    private func written(by replica: ReplicaID, after position: Int64, _ held: HeldScopes) throws -> Set<RecordID> {
        guard let local = try names.known(replica) else { return [] }
        var out: Set<RecordID> = []
        let newest = try prepare(Self.newest)
        newest.bind(1, local)
        defer { newest.reset() }
        while try newest.next(), newest.integer(LogEntry.columnCount) > position {
            let entry = try LogEntry(newest, self)
            // From the set itself: who asks which records an entry changed reads all of the history.
            if entry.verdict == .applied { out.formUnion(try entry.changeSet()?.records.map(\.id) ?? []) }
        }
        return try out.filter { try load($0) != nil && !isHeld($0, held) }
    }
}

/// What left the scopes of a comparison.
extension ReadAccess {
    private static let departuresInRange = FixedSQL(
        "SELECT DISTINCT record FROM departure WHERE scope = ? AND record > ? AND record <= ?")

    /// Records of a range that left its scope for one that is not held.
    func departed(in range: IDRange, _ held: HeldScopes) throws -> [RecordID] {
        guard let scope = try names.known(scope: range.scope) else { return [] }
        let rows = try prepare(Self.departuresInRange)
        rows.bind(1, scope)
        rows.bind(2, range.lowest)
        rows.bind(3, range.highest)
        return try rows.all { $0.id(0) }.compactMap(\.self).filter { try !isHeld($0, held) }
    }

    private static let anyDeparture = FixedSQL("SELECT 1 FROM departure WHERE scope = ? LIMIT 1")

    func hasDepartures(_ scope: String) throws -> Bool {
        guard let number = try names.known(scope: scope) else { return false }
        let row = try prepare(Self.anyDeparture)
        row.bind(1, number)
        return try row.first { _ in true } ?? false
    }
}

extension WriteAccess {
    private static let insertDeparture = FixedSQL(
        "INSERT OR IGNORE INTO departure (scope, position, record) VALUES (?, ?, ?)")

    /// Notes, at a node, that a record leaves a scope: whoever holds the one and not the other learns of it.
    func noteDeparture(_ record: RecordID, from scope: Int64, at position: Int64) throws {
        let row = try prepare(Self.insertDeparture)
        row.bind(1, scope)
        row.bind(2, position)
        row.bind(3, record)
        try row.run()
    }
}
