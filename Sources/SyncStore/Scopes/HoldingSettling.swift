import FieldModel
import GRDB
import SyncCore

extension WriteAccess {
    /// Brings who holds what up to what this transaction changed so far, and what is derived before it. Each record is
    /// looked at once, however often it changed: what is lost and gained meanwhile was never away.
    func settleHoldings() throws {
        try project()
        guard role.isNode else { return }
        while !affectedHoldings.isEmpty || !names.newParts.isEmpty {
            let affected = affectedHoldings
            affectedHoldings = AffectedHoldings()
            if !affected.people.isEmpty || !affected.branches.isEmpty { known = KnownPeople() }
            let (sources, people) = try everything(about: affected)
            try renew(sources, people)
        }
    }

    private func renew(_ sources: [RecordID: TypeTag], _ people: Set<RecordID>) throws {
        let now = environment.wallMilliseconds()
        var touched: Set<HeldPair> = []
        for (source, type) in sources.sorted(by: { $0.key < $1.key }) {
            touched.formUnion(try renewSource(source, type, now: now))
        }
        for person in people.sorted() where try renewAudiences(of: person) {
            touched.formUnion(try unsettledPairs(of: names.local(author: person)))
        }
        for pair in touched { try settle(pair) }
    }

    // MARK: what follows from what

    private static let sitesOfBranch = FixedSQL("SELECT id FROM site WHERE branch = ?")
    private static let grantsToBranch = FixedSQL("SELECT id FROM \"grant\" WHERE branch = ?")
    private static let peopleOfBranch = FixedSQL("SELECT id FROM user WHERE branch = ?")

    /// The records and people of whom it must be looked at anew what follows from them.
    private func everything(
        about affected: AffectedHoldings
    ) throws -> (sources: [RecordID: TypeTag], people: Set<RecordID>) {
        var sources = affected.sources
        func add(_ ids: [RecordID], _ type: TypeTag) { for id in ids { sources[id] = type } }
        for part in take(&names.newParts) { try sources.merge(self.sources(ofRootOf: part)) { $1 } }
        var (people, moved) = (affected.people, affected.moved)
        for branch in affected.branches {
            moved.formUnion(try ids(Self.peopleOfBranch, branch))
            moved.insert(branch)
            add(try ids(Self.sitesOfBranch, branch), EntityTag.site)
            add(try ids(Self.grantsToBranch, branch), EntityTag.grant)
        }
        people.formUnion(moved.subtracting(affected.branches))
        add(Array(people), EntityTag.user)
        // Roles alone decide of restricted parts.
        for person in try hasParts() ? moved.union(people) : moved {
            try sources.merge(self.sources(naming: person)) { $1 }
        }
        for site in affected.sites { add(try orders(in: site), EntityTag.workOrder) }
        return (sources, people)
    }

    private func take(_ list: inout [String]) -> [String] {
        defer { list = [] }
        return list
    }

    private static let visited = FixedSQL("SELECT \"order\" FROM visit WHERE technician = ? AND \"order\" IS NOT NULL")
    private static let stewarded = FixedSQL("SELECT id FROM account WHERE steward = ?")
    private static let made = FixedSQL("SELECT record FROM made_by WHERE person = ?")
    private static let granted = FixedSQL("SELECT id FROM \"grant\" WHERE user = ?")
    private static let naming = FixedSQL("SELECT record, type FROM named WHERE person = ?")

    /// The records from which something follows for a person or his branch.
    private func sources(naming person: RecordID) throws -> [RecordID: TypeTag] {
        var sources: [RecordID: TypeTag] = [:]
        for order in try ids(Self.visited, person) { sources[order] = EntityTag.workOrder }
        for account in try ids(Self.stewarded, person) { sources[account] = EntityTag.account }
        for grant in try ids(Self.granted, person) { sources[grant] = EntityTag.grant }
        for record in try ids(Self.made, person) { sources[record] = try typeOfRecord(record) }
        let named = try prepare(Self.naming)
        named.bind(1, person)
        for (id, type) in try named.all({ ($0.id(0), TypeTag(truncatingIfNeeded: $0.integer(1))) }) {
            if let id { sources[id] = type }
        }
        return sources
    }

    private static let inScope = FixedSQL("SELECT id FROM work_order WHERE scope = ?")

    private func orders(in site: RecordID) throws -> [RecordID] {
        guard let scope = try names.known(scope: Scope(.site(site)).description) else { return [] }
        let rows = try prepare(Self.inScope)
        rows.bind(1, scope)
        return try rows.all { $0.id(0) }.compactMap(\.self)
    }

    private static let anyPart = FixedSQL("SELECT 1 FROM scope WHERE instr(name, '#') > 0 LIMIT 1")

    private func hasParts() throws -> Bool { try prepare(Self.anyPart).first { _ in true } ?? false }

    private static let sourcesOfScope = FixedSQL(
        """
        SELECT DISTINCT source FROM holding JOIN holding_source USING (holder, scope)
        WHERE holding.scope = ? AND holding.until IS NULL
        """)

    /// The records from which it follows who holds the root of a restricted part.
    private func sources(ofRootOf part: String) throws -> [RecordID: TypeTag] {
        let root = String(part.prefix { $0 != "#" })
        guard let scope = try names.known(scope: root) else { return [:] }
        let rows = try prepare(Self.sourcesOfScope)
        rows.bind(1, scope)
        let found = try rows.all { $0.id(0) }.compactMap(\.self)
        return try Dictionary(found.compactMap { id in try typeOfRecord(id).map { (id, $0) } }) { $1 }
    }

    // MARK: holdings

    private static let hasSource = FixedSQL("SELECT 1 FROM holding_source WHERE holder = ? AND scope = ? LIMIT 1")
    private static let current = FixedSQL(
        "SELECT since FROM holding WHERE holder = ? AND scope = ? AND until IS NULL")
    private static let open = FixedSQL("INSERT INTO holding (holder, scope, since) VALUES (?, ?, ?)")
    private static let close = FixedSQL(
        "UPDATE holding SET until = ?3 WHERE holder = ?1 AND scope = ?2 AND until IS NULL")
    /// What was lost in this transaction nobody saw lost.
    private static let reopen = FixedSQL(
        "UPDATE holding SET until = NULL WHERE holder = ? AND scope = ? AND until >= ?")
    private static let forget = FixedSQL("DELETE FROM holding WHERE holder = ? AND scope = ? AND since = ?")

    /// Opens or closes a holding, as it has a source or none.
    func settle(_ pair: HeldPair) throws {
        let isSourced = try first(Self.hasSource, pair) { _ in true } ?? false
        let since = try first(Self.current, pair) { $0.integer(0) }
        if isSourced == (since != nil) { return }
        noteNews(for: try names.author(pair.holder))
        let (first, last) = try latestPositions()
        guard let since else {
            let before = db.totalChangesCount
            try run(Self.reopen, pair, first)
            if db.totalChangesCount == before { try run(Self.open, pair, last) }
            return
        }
        if since >= first { try run(Self.forget, pair, since) } else { try run(Self.close, pair, last) }
    }

    /// The first and last position of this transaction; it takes one where it has none yet.
    private func latestPositions() throws -> (first: Int64, last: Int64) {
        if let positions { return positions }
        let position = try position()
        return (position, position)
    }

    private func first<T>(_ sql: FixedSQL, _ pair: HeldPair, _ body: (Prepared) throws -> T) throws -> T? {
        let row = try prepare(sql)
        row.bind(1, pair.holder)
        row.bind(2, pair.scope)
        return try row.first(body)
    }

    private func run(_ sql: FixedSQL, _ pair: HeldPair, _ position: Int64) throws {
        let row = try prepare(sql)
        row.bind(1, pair.holder)
        row.bind(2, pair.scope)
        row.bind(3, position)
        try row.run()
    }
}
