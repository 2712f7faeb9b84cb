import FieldModel
import Foundation
import SyncClient
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire
import Testing

@Suite("One gate: people with good certificates who try everything")
struct GateHostilityTests {
    /// Of all attackers together. `scripts/hostility gate --requests N` says so by the environment.
    private static let requests =
        ProcessInfo.processInfo.environment["FIELDSYNC_GATE_REQUESTS"].flatMap { Int($0) } ?? 1_600
    private static let seed = ProcessInfo.processInfo.environment["FIELDSYNC_GATE_SEED"].flatMap { UInt64($0) } ?? 1
    private static let attackers: [Role] = [.technician, .serviceRep, .branchManager, .accountRep]

    @Test("bring out no byte and change no record that is not theirs, and their neighbours are served")
    func hostile() async throws {
        try await GateWorld.run { world in
            var sent = 0
            for node in [world.hq, world.perth] {
                let before = try Standing(world, node)
                for role in Self.attackers {
                    let figures = try await world.threads.run { try attack(world, node, role) }
                    sent += figures.requests
                    #expect(figures.failures.isEmpty, "\(role) at \(node.node.identity.name)")
                    #expect(figures.foreign.isEmpty, "\(role) at \(node.node.identity.name)")
                }
                let changes = try Standing(world, node).changes(since: before)
                #expect(changes.isEmpty, "at \(node.node.identity.name)")
            }
            let before = try Standing(world, world.hq)
            try await world.threads.run { try world.perth.exchange(with: world.hq) }
            let changes = try Standing(world, world.hq).changes(since: before)
            #expect(changes.isEmpty, "what Perth passed on")
            print("\(sent) hostile requests of seed \(Self.seed)")
            #expect(sent >= Self.requests)
        }
    }

    private struct Figures: Sendable {
        let requests: Int
        let failures: [String]
        let foreign: [String]
    }

    private func attack(_ world: GateWorld, _ node: GateNode, _ role: Role) throws -> Figures {
        let neighbour = try forger(world, node, .dispatcher)
        try serve(neighbour, world)
        let attacker = try forger(world, node, role)
        guard let person = world.people.first(where: { $0.role == role && $0.standing == .busy }) else {
            preconditionFailure("a busy \(role)")
        }
        // Who works on an order without a site holds the branch in whose scope it is, and may make one himself.
        let visible = world.visible(to: person).union([world.scope(.branch, "Perth").number])
        var hands = GateAttacker(
            world: world, node: node, forger: attacker, dice: SeededRandom(seed: Self.seed &+ role.seed),
            foreign: world.scopes.filter { !visible.contains($0.number) }, stolen: neighbour.last ?? WireRun())
        let share = Self.requests / (2 * Self.attackers.count) + 1
        var rounds = 0
        while attacker.caller.requests < share {
            try hands.attack()
            rounds += 1
            if rounds % 60 == 0 { try serve(neighbour, world) }
        }
        // What came of it is asked for as anybody would.
        _ = try attacker.caller.pull()
        try serve(neighbour, world)
        let foreign = attacker.caller.heard.compactMap { route, heard in
            let names = world.scopes.filter { heard.subtracting(visible).contains($0.number) }
            return names.isEmpty ? nil : "\(route): \(names.map { "\($0.kind) of \($0.branch ?? "all")" })"
        }
        return Figures(
            requests: attacker.caller.requests, failures: Array(attacker.caller.failures.prefix(9)), foreign: foreign)
    }

    private func forger(_ world: GateWorld, _ node: GateNode, _ role: Role) throws -> GateForger {
        guard let person = world.people.first(where: { $0.role == role && $0.standing == .busy }) else {
            preconditionFailure("a busy \(role)")
        }
        let key = SigningKey(seed: Entropy.bytes(32))
        return try GateForger(
            GateCaller(node.url, key: key, chain: node.device(of: person.id, key)), person: person.id)
    }

    /// Somebody beside them pulls, and what he writes is taken.
    private func serve(_ neighbour: GateForger, _ world: GateWorld) throws {
        let site = world.scope(.site, "Perth")
        let note = neighbour.change(
            Catalogue.note, RecordID(milliseconds: 9, random: (.random(in: 0 ... .max), .random(in: 0 ... .max))),
            creates: true, scope: site.name,
            [
                ("subject", .reference(world.records[site.number]?[0] ?? neighbour.person)),
                ("text", .text("all is well")),
            ])
        let refusal = try neighbour.push([note])
        #expect(refusal == nil)
        _ = try neighbour.caller.pull()
        #expect(neighbour.caller.failures.isEmpty)
    }
}

extension Role {
    fileprivate var seed: UInt64 { UInt64(Self.allCases.firstIndex(of: self) ?? 0) &* 1_000_003 }
}

/// What must stay as it is, whatever attackers of Perth send.
private struct Standing {
    private var facts: [String: String] = [:]

    init(_ world: GateWorld, _ node: GateNode) throws {
        try node.store.read { access in
            // Where one of them may write; and the lists of devices, in which they are.
            let kinds: [GateKind] = [.site, .account, .branch, .commercial, .complaint, .credit, .personal, .people]
            let mine = Set(
                kinds.map { world.scope($0, "Perth").name } + ["org/\(world.hq.node.identity.record)"])
            for summary in try access.scopeSummaries()
            where !mine.contains(summary.name) && !Self.isOwn(summary.name, world) {
                for record in try access.hashes(in: IDRange(scope: summary.name)) {
                    // That somebody took back what was refused leaves a trace, and changes nothing.
                    let fields = try access.state(of: record.id)?.fields ?? []
                    facts["\(summary.name) \(record.id)"] = "\(fields.map { "\($0.tag) \($0.state.siblings)" })"
                }
            }
            for person in world.people {
                for scope in world.scopes where scope.kind != .branch {
                    facts["\(person.role) \(person.standing) holds \(scope.kind) of \(scope.branch ?? "all")"] =
                        "\(try access.holds(person.id, scope: scope.name))"
                }
                facts["is \(person.role) \(person.standing)"] = try access.person(person.id).map {
                    "\($0.roleWords.sorted()) \(String(describing: $0.branch)) \($0.active)"
                }
            }
            for (name, order) in world.orders where name != "Perth" || node === world.hq {
                if name == "Perth" { continue }
                facts["order of \(name)"] = "\(String(describing: try access.shown(order)?["status"]))"
            }
        }
    }

    /// Of those who attack, what they may fill themselves: their own scopes, and those of what they make.
    private static func isOwn(_ scope: String, _ world: GateWorld) -> Bool {
        world.people.contains { scope.hasSuffix("/\($0.id)") && $0.standing == .busy } && !scope.hasPrefix("org")
    }

    func changes(since before: Standing) -> [String] {
        Set(facts.keys).union(before.facts.keys).filter { facts[$0] != before.facts[$0] }.sorted().map {
            "\($0): \(before.facts[$0] ?? "nothing") → \(facts[$0] ?? "nothing")"
        }
    }
}
