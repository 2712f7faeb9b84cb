import FieldModel
import Foundation
import SyncClient
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire

/// What somebody with a good certificate may try who wants to see or change what is not his. Each kind sends a few requests.
enum GateAttack: CaseIterable {
    case create, edit, move, roles, grant, follow, witness, overwrite, discard, chains, authors, extremes, checkpoints,
        cursors
    case heads, compare, histories, blobs, audits, sessions, garbage
}

/// One attacker at one node, with the dice that decide what he tries.
struct GateAttacker {
    let world: GateWorld
    let node: GateNode
    let forger: GateForger
    var dice: SeededRandom
    /// Scopes that he does not hold.
    let foreign: [GateScope]
    /// A run of somebody else, as it was sent.
    let stolen: WireRun

    private var caller: GateCaller { forger.caller }

    mutating func attack() throws {
        switch GateAttack.allCases.randomElement(using: &dice) ?? .create {
        case .create: try create()
        case .edit: try edit()
        case .move: try move()
        case .roles: try roles()
        case .grant: try grant()
        case .follow: try follow()
        case .witness: try witness()
        case .overwrite: try overwrite()
        case .discard: try discard()
        case .chains: try chains()
        case .authors: try authors()
        case .extremes: try extremes()
        case .checkpoints: try checkpoints()
        case .cursors: try cursors()
        case .heads: try heads()
        case .compare: try compare()
        case .histories: try histories()
        case .blobs: try blobs()
        case .audits: try caller.post("/v1/audit", WireAuditRequest())
        case .sessions: try sessions()
        case .garbage: try garbage()
        }
    }

    // MARK: dice

    private mutating func pick<T>(_ items: [T]) -> T { items[Int.random(in: items.indices, using: &dice)] }
    private mutating func word() -> UInt64 { dice.next() }
    private mutating func newID() -> RecordID { RecordID(milliseconds: 1_780_000_000_000, random: (word(), word())) }

    private mutating func target() -> RecordID {
        let known = foreign.flatMap { world.records[$0.number] ?? [] } + world.roots.map(\.id)
        return Int.random(in: 0..<5, using: &dice) == 0 ? newID() : pick(known)
    }

    private mutating func scope() -> String {
        let odd = [
            "*", "*#credit", "", "site/1", "SITE/\(newID())", "site/\(newID())", "account/\(newID())#credit",
            foreign[0].name + "#complaint", "catalog", "org", "catalog#hr", String(repeating: "s", count: 300),
        ]
        return Bool.random(using: &dice) ? pick(odd) : pick(world.scopes).name
    }

    private static let forged = "forged"

    /// Something for each of the fields that a record of the type may have.
    private mutating func values(_ entity: EntityDeclaration) -> [(String, Value?)] {
        entity.fields.filter { !$0.derived }.map { field in
            let value: Value =
                switch field.type {
                case .text: .text(field.choices?.first?.word ?? (field.name == "sha256" ? hash() : Self.forged))
                case .integer: .integer(9)
                case .decimal: .decimal(unscaled: 9, scale: 0)
                case .bool: .bool(true)
                case .date: .date(days: 9)
                case .instant: .instant(milliseconds: 9, offsetMinutes: 0)
                case .money: .money(minor: 9, currency: "AUD")
                case .known: .known(KnownDots())
                case .reference: .reference(Bool.random(using: &dice) ? forger.person : target())
                }
            return (field.name, value)
        }
    }

    private mutating func hash() -> String { Hex.digits(Hash.sha256(Array("\(word())".utf8))) }

    // MARK: writes

    private mutating func create() throws {
        let entity = pick(Catalogue.entities)
        var given = values(entity)
        given.shuffle(using: &dice)
        let some = Array(given.prefix(Int.random(in: 0...given.count, using: &dice)))
        try forger.push([forger.change(entity, newID(), creates: true, scope: scope(), some)])
    }

    private mutating func edit() throws {
        let root = pick(world.roots)
        let given = pick(values(root.entity))
        try forger.push([forger.change(root.entity, root.id, [given])])
        // As another type, and as new.
        try forger.push([forger.change(pick(Catalogue.entities), target(), creates: Bool.random(using: &dice), [given])]
        )
        try forger.push([forger.change(Catalogue.asset, target(), [("serial", .text(Self.forged))])])
    }

    private mutating func move() throws {
        let own = world.records[world.scope(.site, "Perth").number]?[0] ?? newID()
        try forger.push([forger.change(Catalogue.asset, target(), scope: world.scope(.site, "Perth").name)])
        try forger.push([forger.change(Catalogue.asset, own, scope: pick(foreign).name)])
        try forger.push([forger.change(Catalogue.asset, own, scope: pick(["catalog", "org"]))])
        let root = pick(world.roots)
        try forger.push([forger.change(root.entity, root.id, scope: "user/\(forger.person)")])
    }

    private mutating func roles() throws {
        let person = pick([forger.person, world.stranger, pick(world.people).id])
        let given: (String, Value?) = pick([
            ("roles", .text("admin")), ("roles", .text("account_hq")), ("active", .bool(false)),
            ("branch", .reference(world.cairnsRecord)), ("branch", .reference(world.hq.node.identity.record)),
            ("branch", nil), ("name", .text(Self.forged)),
        ])
        try forger.push([forger.change(Catalogue.user, person, [given])])
        try forger.push([forger.change(Catalogue.branch, world.hq.node.identity.record, [("lease_days", .integer(1))])])
    }

    private mutating func grant() throws {
        let opens = pick(["*", "*#credit", pick(foreign).name, pick(foreign).name])
        let to = pick([forger.person, world.stranger])
        try forger.push([
            forger.change(
                Catalogue.grant, newID(), creates: true, scope: "user/\(to)",
                [("user", .reference(to)), ("opens", .text(opens)), ("reason", .text(Self.forged))])
        ])
        // Filed where he may write, so that it is looked for elsewhere.
        try forger.push([
            forger.change(
                Catalogue.grant, newID(), creates: true, scope: "branch/\(world.perthRecord)",
                [("branch", .reference(world.perthRecord)), ("opens", .text(opens))])
        ])
    }

    /// Records of his own that speak about foreign ones, where they would be heard.
    private mutating func follow() throws {
        let (order, site) = (world.orders["Cairns"] ?? newID(), world.sites["Cairns"] ?? newID())
        let machine = world.records[world.scope(.site, "Cairns").number]?[0] ?? newID()
        let me = Value.reference(forger.person)
        let kinds = WorkEventKind.choices.map(\.word)
        let drafts: [(EntityDeclaration, [(String, Value?)])] = [
            (Catalogue.visit, [("order", .reference(order)), ("technician", me)]),
            (Catalogue.workEvent, [("order", .reference(order)), ("kind", .text(pick(kinds)))]),
            (Catalogue.assetEvent, [("asset", .reference(machine)), ("kind", .text("retired"))]),
            (Catalogue.workOrder, [("site", .reference(site)), ("assignees", me), ("type", .text("repair"))]),
            (Catalogue.workOrder, [("asset", .reference(machine)), ("assignees", me), ("type", .text("repair"))]),
            (Catalogue.request, [("site", .reference(site)), ("notes", .text(Self.forged))]),
            (Catalogue.asset, [("site", .reference(site)), ("serial", .text(Self.forged))]),
            (
                Catalogue.site,
                [
                    ("account", .reference(world.accounts["Cairns"] ?? newID())),
                    ("branch", .reference(world.perthRecord)),
                ]
            ),
            (Catalogue.account, [("steward", me), ("team", me)]),
            (
                Catalogue.proposal,
                [
                    ("subject", .reference(machine)), ("field", .text("serial")), ("operation", .text("set")),
                    ("value", .text(Self.forged)), ("decision", .text("accepted")),
                ]
            ),
        ]
        let (entity, values) = pick(drafts)
        let place = pick(["branch/\(world.perthRecord)", world.scope(.site, "Perth").name, "user/\(forger.person)"])
        try forger.push([forger.change(entity, newID(), creates: true, scope: place, values)])
    }

    private mutating func witness() throws {
        let root = pick(world.roots + [GateWorld.Root(entity: Catalogue.user, id: forger.person)])
        let dot = Dot(ReplicaID(word() | 1), 1)
        var state = RecordState()
        let given = pick(values(root.entity) + [("roles", .text("admin"))])
        let fields = [
            FieldWrite(
                tag: .scope, value: .text(pick([scope(), "site/\(newID())", world.scope(.site, "Perth").name]))),
            FieldWrite(tag: root.entity.field(named: given.0)?.tag ?? 3, value: given.1),
        ]
        state.apply(
            Write(dot: dot, creates: true, fields: fields), timestamp: Timestamp(milliseconds: 9, counter: 0),
            author: world.hq.node.identity.record)
        let change = Change(
            type: root.entity.tag, record: Bool.random(using: &dice) ? root.id : newID(), effect: .witness(state))
        try forger.push([change])
    }

    /// Dots of others, and of the node itself.
    private mutating func overwrite() throws {
        let own = world.records[world.scope(.site, "Perth").number]?[0] ?? newID()
        let state = try node.store.read { try $0.state(of: own) }
        let standing = state?.fields.flatMap { $0.state.siblings.map(\.dot) } ?? []
        let dots =
            standing + [
                Dot(ReplicaID(word() | 1), Limits.dotNumberMax),
                Dot(standing.first?.replica ?? ReplicaID(1), Limits.dotNumberMax),
            ]
        try forger.push([
            forger.change(
                Catalogue.asset, own, [pick([("firmware", .text("2")), ("invoice_no", nil), ("sale_date", nil)])],
                over: [pick(dots)])
        ])
        try forger.push([forger.change(Catalogue.asset, target(), [("serial", nil)], over: [pick(dots)])])
    }

    private mutating func discard() throws {
        let dots = (0..<3).map { _ in Dot(forger.replica, 1 + word() % Limits.dotNumberMax) }
        try forger.push([forger.change(Catalogue.asset, target(), [("serial", nil), ("notes", nil)], over: dots)])
    }

    private mutating func chains() throws {
        let note = forger.change(
            Catalogue.note, newID(), creates: true, scope: "user/\(forger.person)",
            [("subject", .reference(forger.person)), ("text", .text("mine"))])
        let good = forger.set([note])
        let stolen = stolen
        let tricks: [(inout WireRun) -> Void] = [
            { $0.replica = stolen.replica }, { $0.firstSeq = 0 }, { $0.firstSeq = .max }, { $0.firstSeq += 7 },
            { $0.before = Data(count: 32) }, { $0.before = Data() }, { $0.chain = stolen.chain }, { $0.chain = [] },
            { $0.signature = stolen.signature }, { $0.sets = stolen.sets }, { $0.sets = [] },
            { $0.sets.append($0.sets[0]) }, { $0 = stolen }, { $0.verdicts = WireSignedReceipt() },
            { $0.sets[0].append(0) }, { _ in },
        ]
        let run = forger.run(good, pick(tricks))
        try forger.push(run)
        if let last = forger.last { try forger.push(last) }
        if word() % 9 == 0 { forger.beginChain() }
    }

    private mutating func authors() throws {
        let author = pick([
            world.hq.node.identity.record, world.perthRecord, world.stranger, pick(world.people).id, newID(),
        ])
        try forger.push(
            [forger.change(Catalogue.asset, target(), [("serial", .text(Self.forged))])], author: author)
    }

    private mutating func extremes() throws {
        let own = world.scope(.site, "Perth")
        let instants = [
            Limits.instantMilliseconds.lowerBound, Limits.instantMilliseconds.upperBound, 0, -1, Int64.max, Int64.min,
        ]
        let instant = Value.instant(milliseconds: pick(instants), offsetMinutes: pick([0, 1080, -1080, Int16.max]))
        let number = pick([Int64.min, -1, 0, Int64.max])
        let drafts: [(EntityDeclaration, [(String, Value?)])] = [
            (
                Catalogue.workOrder,
                [
                    ("type", .text("repair")), ("assignees", .reference(forger.person)), ("window_start", instant),
                    ("window_end", instant), ("cost", .money(minor: number, currency: "AUD")),
                ]
            ),
            (Catalogue.asset, [("cycles", .integer(number)), ("sale_date", .date(days: pick([.min, .max, 0])))]),
            (Catalogue.note, [("subject", .reference(forger.person)), ("text", .text("x")), ("occurred_at", instant)]),
            (
                Catalogue.workEvent,
                [
                    ("order", .reference(world.orders["Perth"] ?? newID())), ("kind", .text("accepted")),
                    ("occurred_at", instant),
                ]
            ),
            (Catalogue.partUsage, [("quantity", .decimal(unscaled: number, scale: pick([0, 18, 200])))]),
        ]
        let (entity, values) = pick(drafts)
        let at = pick([nil, Int64(0), Limits.timestampMillisecondsMax, Limits.timestampMillisecondsMax + 1, -1])
        try forger.push(
            [forger.change(entity, newID(), creates: true, scope: own.name, values)], milliseconds: at)
    }

    // MARK: reads

    private mutating func checkpoints() throws {
        let good = try node.store.read { try $0.ownCheckpoint() }
        var request = WirePullRequest()
        request.checkpoint.epoch = pick([good.epoch, 0, word(), .max])
        request.checkpoint.position = pick([0, 1, good.position, good.position / 2, .max, word() % 1_000])
        request.checkpoint.token = pick([good.token, 0, word()])
        request.pageBytesMax = pick([0, 1, 900, .max])
        try caller.post("/v1/pull", request)
    }

    private mutating func cursors() throws {
        let epoch = try node.store.read { try $0.epoch() }
        var bytes = (0..<8).map { UInt8(truncatingIfNeeded: epoch >> UInt64(56 - 8 * $0)) }
        for _ in 0..<9 {
            var number = Zigzagged.encode(pick([0, 1, -1, 7, 40, .max, .min, Int64(word() % 500)]))
            while number >= 0x80 {
                bytes.append(UInt8(number & 0x7F) | 0x80)
                number >>= 7
            }
            bytes.append(UInt8(number))
        }
        if word() % 4 == 0 { bytes = (0..<Int(word() % 40)).map { _ in UInt8(truncatingIfNeeded: word()) } }
        var request = WirePullRequest()
        request.cursor = Data(bytes)
        request.pageBytesMax = pick([0, 600])
        try caller.post("/v1/pull", request)
    }

    private mutating func heads() throws {
        var head = WireChainHead()
        head.replica = pick([stolen.replica, forger.replica.raw, word()])
        head.seq = pick([0, 1, .max])
        head.hash = Data(count: 32)
        (head.hqSeq, head.hqEpoch) = (pick([0, .max]), word())
        var request = WirePullRequest()
        request.heads = [head]
        try caller.post("/v1/pull", request)
    }

    private mutating func compare() throws {
        let name = scope()
        var listed = GateWalk.listed(name)
        listed.listed[0].after = Data(target().bytes.prefix(Int(word() % 18)))
        listed.listed[0].hashes = (0..<Int(word() % 9)).map { _ in word() }
        try caller.post("/v1/reconcile", listed)
        var ranges = GateWalk.ranges(name)
        ranges.ranges[0].sums = (0..<Int(word() % 4)).map { _ in word() }
        ranges.ranges[0].after = Data(target().bytes.prefix(Int(word() % 18)))
        try caller.post("/v1/reconcile", ranges)
        var digests = WireReconcileRequest()
        var digest = WireScopeDigest()
        (digest.scope, digest.records, digest.low, digest.high) = (name, pick([0, .max]), word(), word())
        digests.digests = [digest, digest]
        try caller.post("/v1/reconcile", digests)
    }

    private mutating func histories() throws {
        let id = pick(["\(target())", "\(target())".uppercased(), "..", "%00", String(repeating: "0", count: 32), "x"])
        try caller.send("GET", "/v1/records/\(id)/history", as: "history")
    }

    private mutating func blobs() throws {
        let path = GateWalk.blob(pick(foreign))
        let range = pick(["bytes=0-3", "bytes=-3", "bytes=9223372036854775807-", "bytes=3-0", "x"])
        try caller.send(pick(["GET", "HEAD"]), path, headers: [("Range", range)], as: "blob")
        let part = pick([
            "bytes 0-2/3", "bytes 0-2/9223372036854775807", "bytes 9223372036854775806-9223372036854775807/*",
            "bytes -1-1/2",
        ])
        try caller.send("PUT", path, body: [1, 2, 3], headers: [("Content-Range", part)], as: "blob")
    }

    private mutating func sessions() throws {
        var request = WireSessionRequest()
        request.chain = pick([stolen.chain, caller.chain, Array(caller.chain.dropFirst()), []])
        request.nonce = Data((0..<Limits.nonceBytes).map { _ in UInt8(truncatingIfNeeded: word()) })
        request.signature = Data(caller.key.sign([UInt8](request.nonce), for: .session))
        try caller.post(pick(["/v1/session", "/v1/renew"]), request)
        var enroll = WireEnrollRequest()
        enroll.secret = Data((0..<8).map { _ in UInt8(truncatingIfNeeded: word()) })
        enroll.key = Data(caller.key.publicKey.bytes)
        enroll.proof = Data(caller.key.sign([UInt8](enroll.secret), for: .enroll))
        try caller.post("/v1/enroll", enroll)
    }

    private mutating func garbage() throws {
        let bytes = (0..<Int(word() % 200)).map { _ in UInt8(truncatingIfNeeded: word()) }
        let path = pick(["push", "pull", "reconcile", "audit", "session", "renew", "enroll", "nothing"])
        try caller.send(
            pick(["POST", "PUT", "DELETE"]), "/v1/\(path)",
            body: Bool.random(using: &dice) ? Frame.encode(bytes) : bytes, as: "garbage")
    }
}

private enum Zigzagged {
    static func encode(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }
}
