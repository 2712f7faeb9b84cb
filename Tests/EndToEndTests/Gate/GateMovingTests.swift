import FieldModel
import Foundation
import SyncClient
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire
import Testing

@Suite("Sites that move and people who are reassigned, while devices are offline")
struct GateMovingTests {
    @Test(
        "Every edit is at headquarters once, who lost a site has no byte of it, who gained it has all, and digests agree",
        arguments: 1...3)
    func moving(seed: Int) async throws {
        try await GateWorld.run { world in
            let wrong = try await world.threads.run {
                var history = try MovingHistory(world, seed: UInt64(seed))
                for _ in 0..<140 { try history.step() }
                return try history.settle()
            }
            #expect(wrong.isEmpty)
        }
    }

    @Test("A branch that loses a site passes it on to its devices, and who gains it there gets it")
    func passedOn() async throws {
        try await GateWorld.run { world in
            try await world.threads.run {
                guard let person = world.people.first(where: { $0.role == .dispatcher && $0.standing == .idle }) else {
                    return
                }
                let device = try MovingDevice(world, person.id, at: world.perth)
                try device.exchange(with: world.perth)
                let site = world.scope(.site, "Perth")
                #expect(try device.holds(site.word("s")))
                try world.serve(world.sites["Perth"], by: world.cairnsRecord)
                // Whoever has an order there keeps it, and so does his branch; an office does not.
                try world.perth.exchange(with: world.hq)
                try device.exchange(with: world.perth)
                try device.forget()
                #expect(try !device.holds(site.word("s")) && device.files(with: site.word("s")) == [])
                try world.serve(world.sites["Perth"], by: world.perthRecord)
                try world.perth.exchange(with: world.hq)
                try device.exchange(with: world.perth)
                #expect(try device.holds(site.word("s")))
            }
        }
    }

    @Test("A waiting pull is answered when there is something for its person, and not for what others get")
    func waiting() async throws {
        try await GateWorld.run { world in
            guard let person = world.people.first(where: { $0.role == .technician && $0.standing == .busy }) else {
                return
            }
            let (perth, cairns) = (world.scope(.site, "Perth"), world.scope(.site, "Cairns"))
            let (states, bytes) = try await waited(world, person.id, while: cairns)
            #expect(states == 0)
            // One round trip that brings nothing, with all scopes that he holds.
            #expect(bytes.up <= 200 && bytes.down <= 200, "\(bytes)")
            let told = try await waited(world, person.id, while: perth)
            #expect(told.states == 1)
        }
    }

    /// Waits two seconds at most, while somebody writes into a scope.
    private func waited(
        _ world: GateWorld, _ person: RecordID, while scope: GateScope
    ) async throws -> (states: Int, bytes: (up: Int, down: Int)) {
        async let answer = world.threads.run { () throws -> (Int, (Int, Int)) in
            let key = SigningKey(seed: Entropy.bytes(32))
            let caller = try GateCaller(world.hq.url, key: key, chain: world.hq.device(of: person, key))
            var request = WirePullRequest()
            request.checkpoint = try caller.pull().checkpoint
            request.wait = 2
            let answer = try caller.post("/v1/pull", request)
            let page = try WirePullResponse(
                bounded: Frame.decode(answer.body, limit: Limits.responseBodyDecompressedBytesMax))
            return (page.states.count, (Frame.encode(request.encoded).count, answer.body.count))
        }
        let isWaiting = try await world.threads.run {
            try eventually(within: 20) {
                let caller = try GateCaller(world.hq.url, key: ServerTrial.key(1), chain: nil)
                let metrics = String(decoding: try caller.send("GET", "/metrics").body, as: UTF8.self)
                return metrics.contains("fieldsync_waiting_pulls 1\n")
            }
        }
        #expect(isWaiting)
        try world.note(in: scope, "news")
        return try await answer
    }
}

/// A device's store, in the clear, and how it exchanges.
private final class MovingDevice {
    let person: RecordID
    private let folder: ServerDirectory
    private let identity: ClientIdentity
    private(set) var store: Store

    init(_ world: GateWorld, _ person: RecordID, at node: GateNode) throws {
        self.person = person
        folder = try ServerDirectory()
        let key = SigningKey(seed: Entropy.bytes(32))
        identity = ClientIdentity(
            kind: .device, key: key, chain: try node.device(of: person, key), root: node.node.identity.root,
            authorityFile: node.node.directory.authority, version: "1.0.0")
        store = try Store(
            path: folder.file("replica.db"), role: .device, environment: .system, creating: true, keys: nil)
    }

    func reopen() throws {
        try store.close()
        store = try Store(
            path: folder.file("replica.db"), role: .device, environment: .system, creating: false, keys: nil)
    }

    func exchange(with node: GateNode) throws {
        let upstream = Upstream(
            url: node.url, identity: identity, wallMilliseconds: store.environment.wallMilliseconds)
        _ = try Exchange(store: store, upstream: upstream).run()
    }

    func forget() throws { try Blobs(store).finishForgetting() }

    func holds(_ text: String) throws -> Bool { try !store.read { try $0.search(text, limit: 1) }.items.isEmpty }

    func files(with text: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { name in
            var isFolder = ObjCBool(false)
            let path = folder.file(name)
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                return false
            }
            return try Data(contentsOf: URL(filePath: path)).range(of: Data(text.utf8)) != nil
        }
    }
}

extension GateWorld {
    fileprivate func commit(_ change: LocalChange) throws {
        try hq.store.write { try $0.commit([change], author: hq.node.identity.record) }
    }

    /// Moves a site to a branch.
    fileprivate func serve(_ site: RecordID?, by branch: RecordID) throws {
        guard let site else { return }
        let edit = FieldEdit(tag: Catalogue.site.tag(of: "branch"), edit: .put(.reference(branch)))
        try commit(LocalChange(type: EntityTag.site, record: site, edits: [edit]))
    }

    fileprivate func note(in scope: GateScope, _ text: String) throws {
        let edits = [
            FieldEdit(
                tag: Catalogue.note.tag(of: "subject"), edit: .put(.reference(records[scope.number]?[0] ?? stranger))),
            FieldEdit(tag: Catalogue.note.tag(of: "text"), edit: .put(.text(text))),
        ]
        try commit(
            LocalChange(
                type: EntityTag.note, record: hq.store.environment.newRecordID(), creates: true,
                edits: [.scope(scope.name)] + edits))
    }
}

/// Sites go from branch to branch, orders from one technician to the next, devices write where they are, are opened again, and
/// exchange when they happen to have a network. Headquarters opens new epochs, so that they must compare.
private struct MovingHistory {
    private let world: GateWorld
    private var dice: SeededRandom
    private let devices: [MovingDevice]
    private let sites: [GateScope]
    /// Of each site's order, who has it.
    private var assigned: [String: RecordID] = [:]
    private var entered: [String] = []

    init(_ world: GateWorld, seed: UInt64) throws {
        self.world = world
        dice = SeededRandom(seed: seed &* 7919)
        sites = [world.scope(.site, "Perth"), world.scope(.site, "Cairns")]
        let people = try ["colleague-Perth", "colleague-Cairns", "stranger", "technician-idle"].compactMap { login in
            try world.hq.store.read { try $0.person(login: login)?.id }
        }
        devices = try people.map { try MovingDevice(world, $0, at: world.hq) }
        for (name, login) in [("Perth", "colleague-Perth"), ("Cairns", "colleague-Cairns")] {
            assigned[name] = try world.hq.store.read { try $0.person(login: login)?.id }
        }
    }

    private mutating func pick<T>(_ items: [T]) -> T { items[Int.random(in: items.indices, using: &dice)] }

    mutating func step() throws {
        switch Int.random(in: 0..<12, using: &dice) {
        case 0, 1:
            try world.serve(world.sites[pick(["Perth", "Cairns"])], by: pick([world.perthRecord, world.cairnsRecord]))
        case 2, 3: try reassign(pick(["Perth", "Cairns"]), to: pick(devices).person)
        case 4...6: try enter()
        case 7: try pick(devices).reopen()
        case 8: try world.perth.exchange(with: world.hq)
        case 9: try world.hq.store.write { try $0.openEpoch() }
        default: try pick(devices).exchange(with: world.hq)
        }
    }

    private mutating func reassign(_ name: String, to person: RecordID) throws {
        guard let order = world.orders[name], assigned[name] != person else { return }
        let tag = Catalogue.workOrder.tag(of: "assignees")
        let before = assigned[name].map { [FieldEdit(tag: tag, edit: .remove(.reference($0)))] } ?? []
        try world.commit(
            LocalChange(
                type: EntityTag.workOrder, record: order,
                edits: before + [FieldEdit(tag: tag, edit: .put(.reference(person)))]))
        assigned[name] = person
    }

    private func machine(_ site: GateScope) -> RecordID { world.records[site.number]?[0] ?? world.stranger }

    /// On a machine that some device shows.
    private mutating func enter() throws {
        let shown = try devices.flatMap { device in
            try sites.map { self.machine($0) }.filter { id in try device.store.read { try $0.state(of: id) } != nil }
                .map {
                    (device, $0)
                }
        }
        guard !shown.isEmpty else { return }
        let (device, machine) = pick(shown)
        let text = "edit\(entered.count)of\(device.person)"
        let edit = FieldEdit(tag: Catalogue.asset.tag(of: "notes"), edit: .put(.text(text)))
        try device.store.write { access in
            _ = try access.commit(
                [LocalChange(type: EntityTag.asset, record: machine, edits: [edit])], author: device.person)
        }
        entered.append(text)
    }

    /// - Returns: what is not as it should be.
    func settle() throws -> [String] {
        try world.perth.exchange(with: world.hq)
        for _ in 0..<2 { for device in devices { try device.exchange(with: world.hq) } }
        var wrong = try missing()
        for device in devices {
            try device.forget()
            for site in sites {
                let isHeld = try world.hq.store.read { try $0.holds(device.person, scope: site.name) }
                let isHere = try device.store.read { try $0.state(of: machine(site)) } != nil
                if isHeld != isHere {
                    wrong.append("\(device.person) \(isHeld ? "lacks" : "shows") \(site.branch ?? "")")
                }
                if !isHeld {
                    for place in ["s", "c", "h", "n", "t"] as [Character] {
                        wrong += try device.files(with: site.word(place)).map {
                            "\(device.person) has \(place) in \($0)"
                        }
                    }
                }
            }
            let mine = try device.store.read { try $0.scopeSummaries() }
            let compared = try world.hq.store.read { try $0.compare(mine, for: device.person) }
            if !compared.differing.isEmpty || !compared.dropped.isEmpty { wrong.append("\(compared)") }
        }
        return entered.count < 8 ? wrong + ["only \(entered.count) edits"] : wrong
    }

    private func missing() throws -> [String] {
        var found: [String: Int] = [:]
        for site in sites {
            let state = try world.hq.store.read { try $0.state(of: machine(site)) }
            for case .text(let text) in state?[Catalogue.asset.tag(of: "notes")].siblings.map(\.value) ?? [] {
                found[text, default: 0] += 1
            }
        }
        return entered.filter { found[$0] != 1 }.map { "\($0) is there \(found[$0] ?? 0) times" }
    }
}
