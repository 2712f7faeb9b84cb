import FieldModel
import Foundation
import SyncClient
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire
import Testing

@Suite("One gate: who sees what, on every route")
struct GateReadTests {
    @Test("Each role sees on every route what the table says, at headquarters and at its branch, and no byte more")
    func matrix() async throws {
        try await GateWorld.run { world in
            for node in [world.hq, world.perth] {
                for person in world.people where node === world.hq || person.standing == .busy {
                    let wrong = try await world.threads.run { try walk(world, person, at: node) }
                    #expect(wrong.isEmpty, "\(person.role) \(person.standing) at \(node.node.identity.name)")
                }
            }
        }
    }

    /// What is wrong, in words.
    private func walk(_ world: GateWorld, _ person: GateWorld.Person, at node: GateNode) throws -> [String] {
        let key = SigningKey(seed: Entropy.bytes(32))
        let caller = try GateCaller(node.url, key: key, chain: node.device(of: person.id, key))
        return try wrongs(world, caller, visible: world.visible(to: person))
    }

    private func wrongs(_ world: GateWorld, _ caller: GateCaller, visible: Set<Int>) throws -> [String] {
        var walk = GateWalk(world, caller)
        try walk.go(visible: visible)
        func names(_ numbers: Set<Int>) -> [String] {
            world.scopes.filter { numbers.contains($0.number) }.map { "\($0.kind) of \($0.branch ?? "all")" }
        }
        var wrong = walk.distinguished + caller.failures
        for (route, heard) in caller.heard where !heard.isSubset(of: visible) {
            wrong.append("\(route) shows \(names(heard.subtracting(visible)))")
        }
        for route in GateWalk.readingRoutes {
            let missed = visible.subtracting(caller.heard[route] ?? [])
            if !missed.isEmpty { wrong.append("\(route) lacks \(names(missed))") }
        }
        return wrong
    }

    @Test("Who roams at a branch that does not know him sees there what is everybody's, and who has no session nothing")
    func strangers() async throws {
        try await GateWorld.run { world in
            let wrong = try await world.threads.run {
                let key = SigningKey(seed: Entropy.bytes(32))
                let chain = try world.hq.device(of: world.stranger, key)
                let caller = try GateCaller(world.perth.url, key: key, chain: chain)
                let shared = Set([world.scope(.catalog, nil), world.scope(.org, nil)].map(\.number))
                return try wrongs(world, caller, visible: shared)
            }
            #expect(wrong.isEmpty)
            let (heard, statuses) = try await world.threads.run {
                let caller = try GateCaller(world.hq.url, key: ServerTrial.key(1), chain: nil)
                var statuses: Set<Int> = []
                for path in ["push", "pull", "reconcile", "audit"] {
                    statuses.insert(try caller.post("/v1/\(path)", WirePullRequest()).status)
                }
                for scope in world.scopes {
                    for method in ["GET", "HEAD", "PUT"] {
                        statuses.insert(try caller.send(method, GateWalk.blob(scope), body: [1]).status)
                    }
                    for id in world.records[scope.number] ?? [] {
                        statuses.insert(try caller.send("GET", "/v1/records/\(id)/history").status)
                    }
                }
                return (caller.everythingHeard, statuses)
            }
            #expect(heard.isEmpty && statuses == [401])
        }
    }
}
