import FieldModel
import Foundation
import SyncClient
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire

/// Headquarters and the branch Perth, both served in this process, with the records of two branches: in each scope a record
/// with a past and a conflict, a note and an attachment, all with the scope's own word in them.
final class GateWorld: Sendable {
    struct Person: Sendable {
        let role: Role
        let standing: GateStanding
        let id: RecordID
    }

    /// A record that a scope is named after, or an order.
    struct Root: Sendable {
        let entity: EntityDeclaration
        let id: RecordID
    }

    let hq: GateNode
    let perth: GateNode
    let (perthRecord, cairnsRecord): (RecordID, RecordID)
    let scopes: [GateScope]
    /// By the scope's number: its machine, note and attachment.
    let records: [Int: [RecordID]]
    /// Of each role, one a standing.
    let people: [Person]
    /// Of Cairns and of nobody else: accounts, sites, orders, people.
    let roots: [Root]
    /// By the branch's name.
    let (accounts, sites, orders): ([String: RecordID], [String: RecordID], [String: RecordID])
    let requests: [String: RecordID]
    let product: RecordID
    /// A technician of Perth.
    let colleague: RecordID
    /// A technician of Cairns, of whom Perth knows nothing.
    let stranger: RecordID
    let threads = WorkerPool(threads: 16, queuedMax: 1_000)

    static func run(_ body: @Sendable (GateWorld) async throws -> Void) async throws {
        let world = try await GateWorld()
        defer { world.threads.close() }
        do { try await body(world) } catch {
            await world.stop()
            throw error
        }
        await world.stop()
    }

    private func stop() async {
        await perth.stop()
        await hq.stop()
    }

    private init() async throws {
        let folder = try ServerDirectory()
        let hq = try GateNode.headquarters(in: folder)
        let draft = try GateDraft(hq)
        (perthRecord, cairnsRecord) = (draft.perth, draft.cairns)
        (scopes, records, people, stranger) = (draft.scopes, draft.records, draft.people, draft.stranger)
        (roots, accounts, sites, orders) = (draft.roots, draft.accounts, draft.sites, draft.orders)
        (requests, product, colleague) = (draft.requests, draft.product, draft.colleague)
        try await hq.serve()
        let perth = try await GateNode.branch("Perth", below: hq, in: folder, threads)
        for scope in draft.scopes { for node in [hq, perth] { try node.add(bytes: scope.word("b")) } }
        try await perth.serve()
        (self.hq, self.perth) = (hq, perth)
    }

    func scope(_ kind: GateKind, _ branch: String?) -> GateScope {
        guard let found = scopes.first(where: { $0.kind == kind && $0.branch == branch }) else {
            preconditionFailure("no \(kind) of \(branch ?? "everybody")")
        }
        return found
    }

    /// The numbers of the scopes that a person may see, as the table says.
    func visible(to person: Person) -> Set<Int> {
        let kinds = GateTable.kinds(person.role, person.standing)
        return Set(
            scopes.filter { scope in
                kinds.contains(scope.kind)
                    && (scope.branch == nil || scope.branch == "Perth" || person.standing == .headquarters)
            }.map(\.number))
    }
}

/// The records of the world, made at headquarters.
private final class GateDraft {
    private let hq: GateNode
    let (perth, cairns): (RecordID, RecordID)
    private(set) var scopes: [GateScope] = []
    private(set) var records: [Int: [RecordID]] = [:]
    private(set) var people: [GateWorld.Person] = []
    private(set) var requests: [String: RecordID] = [:]
    private(set) var (product, colleague, stranger) = (
        RecordID(high: 0, low: 0), RecordID(high: 0, low: 0), RecordID(high: 0, low: 0)
    )
    private(set) var (accounts, sites, orders): ([String: RecordID], [String: RecordID], [String: RecordID]) = (
        [:], [:], [:]
    )

    var roots: [GateWorld.Root] {
        [
            (Catalogue.account, accounts["Cairns"]), (Catalogue.site, sites["Cairns"]),
            (Catalogue.workOrder, orders["Cairns"]), (Catalogue.user, stranger), (Catalogue.branch, cairns),
        ].compactMap { entity, id in id.map { GateWorld.Root(entity: entity, id: $0) } }
    }

    private var others: [Change] = []
    private let replica = ReplicaID(.random(in: 1 ... .max))

    init(_ hq: GateNode) throws {
        self.hq = hq
        let node = hq.node.identity.record
        (perth, cairns) = try hq.store.write { access in
            let made = try ["Perth", "Cairns"].map { try Invitations(hq.node.identity).branch(named: $0, access) }
            precondition(made.count == 2)
            let records = try access.branchRecords()
            func record(_ name: String) -> RecordID { records.first { $0.name == name }?.id ?? node }
            return (record("Perth"), record("Cairns"))
        }
        try hq.store.write { access in
            try fill(access)
            try contradict(access)
        }
    }

    private func fill(_ access: WriteAccess) throws {
        for (name, branch) in [("Perth", perth), ("Cairns", cairns)] { try fill(name, branch, access) }
        for role in Role.allCases {
            for standing in GateStanding.allCases {
                let branch = standing == .headquarters ? hq.node.identity.record : perth
                let id = try person("\(role.rawValue)-\(standing.rawValue)", role, of: branch, access)
                people.append(GateWorld.Person(role: role, standing: standing, id: id))
                if standing == .busy, let site = sites["Perth"] { _ = try order(at: site, for: id, access) }
            }
        }
        stranger = try person("stranger", .technician, of: cairns, access)
        product = access.environment.newRecordID()
        try root(Catalogue.product, product, "catalog", [("name", .text("pump"))], access)
        try scope(.catalog, nil, "catalog", access)
        try scope(.org, nil, "org", access)
    }

    private func fill(_ name: String, _ branch: RecordID, _ access: WriteAccess) throws {
        let (account, site) = (access.environment.newRecordID(), access.environment.newRecordID())
        try root(Catalogue.account, account, "account/\(account)", [("industry", .text("rail"))], access)
        try root(
            Catalogue.site, site, "site/\(site)", [("account", .reference(account)), ("branch", .reference(branch))],
            access)
        let colleague = try person("colleague-\(name)", .technician, of: branch, access)
        (accounts[name], sites[name]) = (account, site)
        orders[name] = try order(at: site, for: colleague, access)
        let request = access.environment.newRecordID()
        try root(Catalogue.request, request, "site/\(site)", [("site", .reference(site))], access)
        requests[name] = request
        if name == "Perth" { self.colleague = colleague }
        let kinds: [(GateKind, String)] = [
            (.people, "org/\(branch)"), (.branch, "branch/\(branch)"), (.hr, "branch/\(branch)#hr"),
            (.account, "account/\(account)"), (.commercial, "account/\(account)#commercial"),
            (.credit, "account/\(account)#credit"), (.personal, "account/\(account)#personal"),
            (.site, "site/\(site)"), (.complaint, "site/\(site)#complaint"), (.colleague, "user/\(colleague)"),
            (.van, "van/\(colleague)"),
        ]
        for (kind, scope) in kinds { try self.scope(kind, name, scope, access) }
    }

    private func person(_ login: String, _ role: Role, of branch: RecordID, _ access: WriteAccess) throws -> RecordID {
        let draft = PersonDraft(login: login, name: login, roles: [role], branch: branch)
        guard let id = try access.add(draft, author: hq.node.identity.record) else {
            preconditionFailure("\(login) is there twice")
        }
        return id
    }

    private func order(at site: RecordID, for person: RecordID, _ access: WriteAccess) throws -> RecordID {
        let id = access.environment.newRecordID()
        try root(
            Catalogue.workOrder, id, "site/\(site)",
            [("site", .reference(site)), ("type", .text("repair")), ("assignees", .reference(person))], access)
        return id
    }

    private func root(
        _ entity: EntityDeclaration, _ id: RecordID, _ scope: String, _ values: [(String, Value)], _ access: WriteAccess
    ) throws {
        let edits = values.map { FieldEdit(tag: entity.tag(of: $0.0), edit: .put($0.1)) }
        let change = LocalChange(type: entity.tag, record: id, creates: true, edits: [.scope(scope)] + edits)
        try access.commit([change], author: hq.node.identity.record)
    }

    /// What every scope has.
    private func scope(_ kind: GateKind, _ branch: String?, _ name: String, _ access: WriteAccess) throws {
        let scope = GateScope(number: scopes.count, kind: kind, branch: branch, name: name)
        scopes.append(scope)
        let ids = (0..<3).map { _ in access.environment.newRecordID() }
        records[scope.number] = ids
        let machine = Catalogue.asset
        try root(
            machine, ids[0], name,
            [
                ("serial", .text(scope.word("s"))), ("firmware", .text(scope.word("h"))),
                ("notes", .text(scope.word("n"))),
            ], access)
        let edit = FieldEdit(tag: machine.tag(of: "firmware"), edit: .put(.text("2.0")))
        try access.commit(
            [LocalChange(type: machine.tag, record: ids[0], edits: [edit])], author: hq.node.identity.record)
        try root(
            Catalogue.note, ids[1], name, [("subject", .reference(ids[0])), ("text", .text(scope.word("t")))], access)
        let bytes = Array(scope.word("b").utf8)
        try root(
            Catalogue.attachment, ids[2], name,
            [
                ("subject", .reference(ids[0])), ("sha256", .text(Hex.digits(Hash.sha256(bytes)))),
                ("size", .integer(Int64(bytes.count))), ("name", .text(scope.word("s"))),
            ], access)
        let other = FieldWrite(tag: machine.tag(of: "serial"), value: .text(scope.word("c")))
        others.append(
            Change(type: machine.tag, record: ids[0], write: Write(dot: Dot(replica, 1), fields: [other])))
    }

    /// Somebody wrote another serial number on each machine, and had not seen the first.
    private func contradict(_ access: WriteAccess) throws {
        let set = ChangeSet(
            timestamp: Timestamp(milliseconds: access.environment.wallMilliseconds(), counter: 1),
            author: hq.node.identity.record, changes: others)
        let bytes = ChangeSetCodec.encode(set, replica: replica)
        let start = ChainHash.start(of: replica)
        let item = IncomingRun.Item(bytes: bytes, hash: ChainHash.next(after: start, set: bytes), verdict: .applied)
        _ = try access.receive(
            IncomingRun(
                replica: replica, before: ChainPosition(seq: 0, hash: start), items: [item],
                key: hq.node.identity.key.publicKey.bytes, certificates: KeptChain.bytes(hq.node.identity.chain),
                person: nil, base: nil, isRelayed: false))
    }
}

extension EntityDeclaration {
    func tag(of field: String) -> FieldTag {
        guard let field = self.field(named: field) else { preconditionFailure("a \(name) has no \(field)") }
        return field.tag
    }
}
