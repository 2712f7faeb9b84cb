import Foundation
import Testing

@Suite("Kill -9 of every process in turn, in the middle of work: what was promised is kept, and once")
struct KillTests {
    /// Another day every time; KILL_SEED brings one back.
    private static var seed: UInt64 {
        ProcessInfo.processInfo.environment["KILL_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
    }

    @Test("Thirty kills on one day")
    func day() throws {
        let seed = Self.seed
        print("KillTests: KILL_SEED=\(seed)")
        try Tiers.play { tiers in
            var world = try KillWorld(tiers, seed: seed)
            // A verb may be done before it can be killed.
            for accident in KillAccident.day + KillAccident.day where world.kills < 30 || world.verbsKilled < 10 {
                try world.round(accident)
            }
            #expect(world.kills >= 30)
            #expect(world.verbsKilled >= 10, "most verbs were done before they could be killed")
            try settle(world)
            try expectPromisesKept(world)
            try expectReceipts(world)
            try expectSound(world)
        }
    }

    /// Everybody exchanges until all hold the same.
    private func settle(_ world: KillWorld) throws {
        var dumps: [String] = []
        let same = try eventually(within: 60) {
            for device in world.devices { try device.sync() }
            dumps = try world.nodes.map { try $0.dump() } + world.devices.map { try $0.dump() }
            return Dumps.agree(dumps)
        }
        let lines = Dumps.shared(dumps).map(Set.init)
        let odd = lines.map { $0.subtracting(lines[0]).union(lines[0].subtracting($0)) }
        #expect(same, "hq, perth, guangzhou, li, wang, chen differ: \(odd)")
    }

    /// At HQ each promised entry stands once, each other at most once, and counts agree with entries.
    private func expectPromisesKept(_ world: KillWorld) throws {
        let hq = world.tiers.hq
        let machine = try hq.done("get", world.machine)["fields"]
        let notes = try hq.done("list", "note")["items"].items.compactMap { $0["fields"]["text"].text }
        let found = machine["notes"].texts + notes
        #expect(Set(found).count == found.count, "an entry stands twice")
        let promised = Set(world.work.flatMap(\.promised))
        let tried = Set(world.work.flatMap(\.tried))
        #expect(promised.subtracting(found) == [], "promised and lost")
        #expect(Set(found).subtracting(tried) == [], "never entered")
        #expect(machine["cycles"].number == machine["notes"].items.count, "half a change set")
        #expect(promised.count >= 3 * KillAccident.day.count)
    }

    /// Every device knows that all of its sets are at HQ, and none of another.
    private func expectReceipts(_ world: KillWorld) throws {
        for work in world.work {
            var receipts = JSON.null
            let settled = try eventually(within: 30) {
                try work.device.sync()
                receipts = try work.device.done("receipts")
                return receipts["local"] == .number(0) && receipts["branch"] == .number(0)
            }
            #expect(settled, "\(work.device.name): \(receipts["local"]) local, \(receipts["branch"]) at the branch")
            let sets = receipts["items"].items
            #expect(sets.count >= work.promised.count && sets.count <= work.tried.count)
            #expect(sets.allSatisfy { $0["receipt"] == .text("hq") })
        }
    }

    private func expectSound(_ world: KillWorld) throws {
        for node in world.nodes { #expect(try node.verb("verify").exit == 0, "\(node.name) is damaged") }
        for device in world.devices { #expect(try device.verb("verify").exit == 0, "\(device.name) is damaged") }
    }
}
