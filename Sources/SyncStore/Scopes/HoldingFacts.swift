import FieldModel
import GRDB
import SyncCore

/// What the rules of holdings ask of records, looked up once a transaction.
struct KnownPeople {
    var members: [RecordID: Member] = [:]
    var homes: [RecordID: Home] = [:]
    var audiences: [BranchAudience: [RecordID]] = [:]
}

struct BranchAudience: Hashable {
    let branch: RecordID
    let audience: Audience
}

extension WriteAccess {
    func member(_ id: RecordID) throws -> Member {
        if let known = known.members[id] { return known }
        let person = try person(id)
        let member = try person.map { person in
            Member(
                id, home: try person.branch.map(homeOfBranch) ?? .headquarters, roles: person.roles,
                isActive: person.active)
        }
        known.members[id] = member ?? Member(id, home: .unknown)
        return known.members[id]!
    }

    /// Where a branch's people belong. The record of headquarters is its own author. A branch of which nothing is known
    /// here is one.
    func homeOfBranch(_ id: RecordID) throws -> Home {
        if let known = known.homes[id] { return known }
        let maker = try load(id, type: EntityTag.branch).map { $0.shown[.scope].latest?.author }
        known.homes[id] = maker == .some(id) ? .headquarters : .branch(id)
        return known.homes[id]!
    }

    /// Where whoever made a record belongs: a person, or a node by its record.
    private func home(ofMaker id: RecordID?) throws -> Home {
        guard let id else { return .unknown }
        if try load(id, type: EntityTag.branch) != nil { return try homeOfBranch(id) }
        return try member(id).home
    }

    private static let peopleOfBranch = FixedSQL("SELECT id FROM user WHERE branch = ?")

    func people(of branch: RecordID, _ audience: Audience) throws -> [RecordID] {
        let key = BranchAudience(branch: branch, audience: audience)
        if let known = known.audiences[key] { return known }
        let people = try ids(Self.peopleOfBranch, branch).filter { try member($0).isIn(audience, of: branch) }
        known.audiences[key] = people
        return people
    }

    /// The ids in the first column of what a statement finds for one.
    func ids(_ sql: FixedSQL, _ id: RecordID) throws -> [RecordID] {
        let rows = try prepare(sql)
        rows.bind(1, id)
        return try rows.all { $0.id(0) }.compactMap(\.self)
    }

    // MARK: what a record contributes

    /// Nothing for a record that is not here.
    func claims(of source: RecordID, _ type: TypeTag, now: Int64) throws -> HoldingClaims {
        guard let record = try load(source, type: type) else { return HoldingClaims() }
        let fields = SourceFields(record)
        switch type {
        case EntityTag.branch: return HoldingClaims(HoldingRule.branch(source, home: try homeOfBranch(source)))
        case EntityTag.user: return HoldingClaims(HoldingRule.user(try member(source)))
        case EntityTag.site: return HoldingClaims(try site(source, fields))
        case EntityTag.account: return HoldingClaims(try account(source, fields))
        case EntityTag.workOrder: return try order(source, fields, now: now)
        case EntityTag.grant: return try grant(source, fields, now: now)
        default: return HoldingClaims()
        }
    }

    private func site(_ id: RecordID, _ fields: SourceFields) throws -> [HoldingClaim] {
        try noteMaker(fields.maker, of: id)
        return HoldingRule.site(
            id, branch: try fields.reference("branch").map(homeOfBranch), maker: try home(ofMaker: fields.maker),
            account: fields.reference("account"))
    }

    private func account(_ id: RecordID, _ fields: SourceFields) throws -> [HoldingClaim] {
        try noteMaker(fields.maker, of: id)
        return HoldingRule.account(
            id, maker: try home(ofMaker: fields.maker), steward: try fields.reference("steward").map(member),
            team: try fields.references("team").map(member))
    }

    private static let insertMaker = FixedSQL("INSERT OR IGNORE INTO made_by (person, record) VALUES (?, ?)")

    /// So that the record is found when the person comes, or moves.
    private func noteMaker(_ maker: RecordID?, of record: RecordID) throws {
        guard let maker, try load(maker, type: EntityTag.branch) == nil else { return }
        let row = try prepare(Self.insertMaker)
        row.bind(1, maker)
        row.bind(2, record)
        try row.run()
    }

    /// Of visits that are where the order is: elsewhere somebody may have written them who does not hold it.
    private static let technicians = FixedSQL(
        """
        SELECT DISTINCT technician FROM visit WHERE "order" = ?1 AND deleted = 0 AND technician IS NOT NULL
        AND scope = (SELECT scope FROM work_order WHERE id = ?1)
        """)
    private static let statusOfOrder = FixedSQL("SELECT status FROM work_order WHERE id = ? AND status IS NOT NULL")
    private static let accountOfSite = FixedSQL("SELECT account FROM site WHERE id = ? AND account IS NOT NULL")

    private func order(_ id: RecordID, _ fields: SourceFields, now: Int64) throws -> HoldingClaims {
        let assignees = fields.references("assignees")
        let technicians = try ids(Self.technicians, id)
        if assignees.isEmpty && technicians.isEmpty { return HoldingClaims() }
        let scope = fields.state.scope.flatMap(Scope.init(text:))
        let site: RecordID? = if case .site(let id)? = scope?.root { id } else { nil }
        return HoldingRule.order(
            OrderForHolding(
                scope: scope, account: try site.flatMap { try ids(Self.accountOfSite, $0).first },
                assignees: try assignees.map(member), technicians: try technicians.map(member),
                windowStart: fields.instant("window_start"), overSince: try overSince(id, fields)), now: now)
    }

    private static let momentsOfOrder = FixedSQL(
        "SELECT id, occurred_at FROM work_event WHERE \"order\" = ? AND deleted = 0")

    /// When the last thing happened to an order that is over, as far as it is known; nil: it is not over.
    private func overSince(_ id: RecordID, _ fields: SourceFields) throws -> Int64? {
        let row = try prepare(Self.statusOfOrder)
        row.bind(1, id)
        let status = try row.first { OrderStatus(rawValue: $0.text(0)) } ?? nil
        guard fields.state.deletion == .deleted || status?.isOver == true else { return nil }
        let events = try prepare(Self.momentsOfOrder)
        events.bind(1, id)
        let moments = try events.all { event in
            [event.id(0)?.momentMade, event.isNull(1) ? nil : event.integer(1)].compactMap(\.self)
        }
        return (moments.joined() + [id.momentMade ?? 0]).max()
    }

    private static let revocations = FixedSQL("SELECT id FROM \"grant\" WHERE revokes = ? AND deleted = 0 LIMIT 1")

    private func grant(_ id: RecordID, _ fields: SourceFields, now: Int64) throws -> HoldingClaims {
        guard let opens = fields.text("opens"), fields.state.deletion != .deleted else { return HoldingClaims() }
        return HoldingRule.grant(
            GrantForHolding(
                user: try fields.reference("user").map(member),
                branch: try fields.reference("branch").map(homeOfBranch), opens: opens,
                from: fields.instant("from"), until: fields.instant("until"),
                isRevoked: try !ids(Self.revocations, id).isEmpty), now: now)
    }
}

/// A record's fields by name.
private struct SourceFields {
    let entity: EntityDeclaration?
    let state: RecordState

    init(_ record: StoredRecord) {
        entity = Catalogue.entity(record.type)
        state = record.shown
    }

    /// Whoever wrote the scope that it shows.
    var maker: RecordID? { state[.scope].latest?.author }

    func references(_ field: String) -> [RecordID] {
        values(field).compactMap { if case .reference(let id) = $0 { id } else { nil } }
    }

    func reference(_ field: String) -> RecordID? { references(field).first }

    func text(_ field: String) -> String? { if case .text(let text)? = values(field).first { text } else { nil } }

    func instant(_ field: String) -> Int64? { values(field).first.flatMap(Instant.init)?.milliseconds }

    private func values(_ field: String) -> [Value] { entity?.shown(field, of: state) ?? [] }
}

extension RecordID {
    /// When it was made, in milliseconds since 1970; nil for one that a rule derived.
    fileprivate var momentMade: Int64? { high >> 12 & 0xF == 7 ? milliseconds : nil }
}
