import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("A node that judges the sets of one run, one after the other")
struct StoreJudgeTests {
    let world: StoreWorld
    let hq: Store

    init() throws {
        world = try StoreWorld()
        hq = try world.hq(roles: ["technician", "admin"])
    }

    /// The seqs of the sets that headquarters refused.
    private func refused(from device: Store) throws -> [UInt64] {
        let outcomes = try world.push(device, to: hq)
        guard case .accepted(let summary)? = outcomes.first, outcomes.count == 1 else {
            Issue.record("one run is accepted, not \(outcomes)")
            return []
        }
        return summary.refusals.keys.sorted()
    }

    @Test("goes by the roles that the sets before have given and taken")
    func roles() throws {
        let order = try world.create("work_order", on: hq, ["type": "repair"])
        let device = try world.device(of: hq, seed: 3)
        let start = "window_start"
        func plan(_ milliseconds: Int64) throws {
            try world.set(
                "work_order", order, on: device, [start: .instant(milliseconds: milliseconds, offsetMinutes: 0)])
        }
        try plan(1_780_000_000_000)
        try world.edit("user", world.person, on: device, "roles", .put("dispatcher"))
        try plan(1_780_000_000_001)
        try world.edit("user", world.person, on: device, "roles", .remove("dispatcher"))
        try plan(1_780_000_000_002)
        #expect(try refused(from: device) == [1, 5])
    }

    @Test("refuses every reference to a record of the wrong type")
    func references() throws {
        let site = try world.create("site", on: hq, ["name": "Pit 4"])
        let device = try world.device(of: hq, seed: 3)
        for field in ["site", "asset", "asset", "site"] {
            try world.create("request", on: device, [field: .reference(site), "description": "hose"])
        }
        #expect(try refused(from: device) == [2, 3])
    }

    @Test("knows what an accepted set of the run has created, and not what a refused one has")
    func created() throws {
        let device = try world.device(of: hq, seed: 3)
        let site = try world.create("site", on: device, ["name": "Pit 4"])
        let asset = try world.create("asset", on: device, ["serial": "EX-1"])
        try world.create("request", on: device, ["site": .reference(asset), "description": "hose"])
        try world.create("request", on: device, ["asset": .reference(site), "description": "hose"])
        // A technician makes no sites: the first set is refused, and its site is not here.
        #expect(try refused(from: device) == [1, 3])
    }

    @Test("lets nobody decide about a proposal who may not write what is proposed")
    func proposals() throws {
        let site = try world.create("site", on: hq, ["name": "Pit 4"])
        let request = try world.create("request", on: hq, ["site": .reference(site), "severity": "general"])
        let device = try world.device(of: hq, seed: 3)
        for (subject, field) in [(request, "severity"), (request, "notes"), (request, "colour"), (site, "name")] {
            let proposal = try world.create(
                "proposal", on: device,
                ["subject": .reference(subject), "field": .text(field), "operation": "set", "value": "x"])
            try world.set("proposal", proposal, on: device, ["decision": "rejected"])
        }
        // A technician writes notes of a request and, as administrator, no names of sites.
        #expect(try refused(from: device) == [2, 6, 8])
    }

    @Test("lists the chains in the order in which they came, each with its head")
    func chains() throws {
        let devices = try [5, 3, 4].map { try world.device(of: hq, seed: $0) }
        for (sets, device) in zip(1..., devices) {
            for _ in 0..<sets { try world.create("request", on: device, ["description": "hose"]) }
            try world.push(device, to: hq)
        }
        let replicas = try devices.map { try $0.read { try $0.deviceReplica() } }
        let chains = try hq.read { try $0.chains() }
        #expect(chains.map(\.own) == [true, false, false, false])
        #expect(chains.dropFirst().map(\.replica) == replicas)
        #expect(chains.dropFirst().map(\.head) == [1, 2, 3])
        #expect(try devices[2].read { try $0.chains() }.map(\.own) == [true])
    }
}
