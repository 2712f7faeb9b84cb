import SyncClient
import SyncCore
import SyncStore
import Testing

@Suite("Exchange: what a replica does towards its upstream")
struct ExchangeTests {
    let world: ExchangeWorld
    let branch: (node: ExchangeNode, replica: ExchangeWorld.Replica)
    let device: ExchangeWorld.Replica

    init() throws {
        world = try ExchangeWorld()
        branch = try world.branch("Perth")
        try branch.replica.exchange.run()
        device = try world.device(below: branch.node)
        try device.exchange.run()
    }

    @Test("Work from a device reaches HQ through its branch, and its receipts come back")
    func wayUp() throws {
        let account = try world.newAccount("Rio", on: device.store)
        #expect(try world.counts(device) == [1, 0, 0])
        let first = try device.exchange.run()
        #expect((first.sent, first.pending, first.complete, first.refusedRuns) == (1, 0, true, []))
        #expect(try world.counts(device) == [0, 1, 0])
        #expect(try branch.replica.exchange.run().sent == 1)
        #expect(try world.values("name", of: account, on: world.hq.store) == ["Rio"])
        try device.exchange.run()
        #expect(try world.counts(device) == [0, 0, 1])
        try demandEqual()
    }

    @Test("What others wrote comes down through the branch")
    func wayDown() throws {
        let account = try world.newAccount("BHP", on: world.hq.store)
        try branch.replica.exchange.run()
        let report = try device.exchange.run()
        #expect((report.sent, report.received, report.node, report.reconciled) == (0, 1, "Perth", false))
        #expect(try world.values("name", of: account, on: device.store) == ["BHP"])
        try demandEqual()
    }

    @Test("An exchange with nothing to exchange is one pull that brings nothing and commits nothing")
    func idle() throws {
        try world.newAccount("Rio", on: device.store)
        for _ in 0..<2 {
            try device.exchange.run()
            try branch.replica.exchange.run()
        }
        let position = try branch.node.store.read { try $0.lastPosition() }
        device.line.forgetPaths()
        branch.replica.line.forgetPaths()
        let below = try device.exchange.run()
        let above = try branch.replica.exchange.run()
        #expect((below.sent, below.received, above.sent, above.received) == (0, 0, 0, 0))
        #expect((device.line.paths, branch.replica.line.paths) == (["/v1/pull"], ["/v1/pull"]))
        #expect(try branch.node.store.read { try $0.lastPosition() } == position)
    }

    @Test("A lost answer to a push is made good by the next exchange, and nothing is there twice")
    func pushAnswerLost() throws {
        let account = try world.newAccount("Rio", on: device.store)
        device.line.fate = { path, _ in path == "/v1/push" ? .answerLost : .arrives }
        #expect(try failure(of: device) == .offline("the connection broke"))
        #expect(try world.counts(device) == [1, 0, 0])
        device.line.fate = { _, _ in .arrives }
        try world.set("industry", "mining", of: account, on: device.store)
        #expect(try device.exchange.run().sent == 2)
        #expect(try branch.replica.exchange.run().sent == 2)
        #expect(try world.values("industry", of: account, on: world.hq.store) == ["mining"])
        try demandEqual()
    }

    @Test("An interrupted pull goes on behind the last page")
    func pullInterrupted() throws {
        let far = try world.branch("Karratha", pageBytesMax: 1)
        for number in 0..<6 { try world.newAccount("A\(number)", on: world.hq.store) }
        try far.replica.exchange.run()
        let roaming = try world.device(below: far.node)
        roaming.line.fate = { path, earlier in path == "/v1/pull" && earlier > 5 ? .unreachable : .arrives }
        #expect(try failure(of: roaming).exit == 10)
        let pages = roaming.line.paths.count { $0 == "/v1/pull" } - 1
        roaming.line.fate = { _, _ in .arrives }
        roaming.line.forgetPaths()
        let report = try roaming.exchange.run()
        #expect(pages == 4)
        #expect(report.received == 8 - pages)
        #expect(!report.reconciled)
        #expect(try world.summaries(roaming.store) == world.summaries(world.hq.store))
    }

    @Test("Many sets go in several requests, each within its limit, and one receipt covers them")
    func manySets() throws {
        let text = String(repeating: "a", count: 60_000)
        let account = try world.newAccount("Rio", on: device.store)
        for number in 0..<20 { try world.set("industry", "\(number) \(text)", of: account, on: device.store) }
        device.line.forgetPaths()
        let report = try device.exchange.run()
        #expect((report.sent, report.pending) == (21, 0))
        // The first is small: nothing is known of the line yet.
        #expect(device.line.paths.count { $0 == "/v1/push" } == 3)
        #expect(try branch.replica.exchange.run().sent == 21)
        try demandEqual()
    }

    @Test("A refused set moves to the rejected ones, and what comes after it goes on")
    func refusal() throws {
        let account = try world.newAccount("Rio", on: device.store)
        try device.exchange.run()
        try world.set("name", "Rio Tinto", of: account, on: device.store)
        try world.set("industry", "mining", of: account, on: device.store)
        let report = try device.exchange.run()
        #expect((report.sent, report.rejected, report.pending) == (2, 1, 0))
        #expect(try device.store.read { try $0.rejected() }.map(\.reason.code) == ["field_forbidden"])
        #expect(try world.values("name", of: account, on: device.store) == ["Rio"])
        #expect(try device.exchange.run().rejected == 0)
        #expect(try branch.replica.exchange.run().refusedRuns == [])
        let replica = try #require(try device.store.read { try $0.deviceReplica() })
        let judged = try world.hq.store.read { try $0.summary(of: replica, from: 1) }
        #expect(judged.refusals.mapValues(\.code) == [2: "field_forbidden"])
        try demandEqual()
    }

    @Test("Sets are stamped as a right clock would have stamped them before they leave")
    func wrongClock() throws {
        let hour: Int64 = 3_600_000
        let fast = try world.device(below: branch.node, skew: 2 * hour)
        try fast.exchange.run()
        let account = try world.newAccount("Rio", on: fast.store)
        let report = try fast.exchange.run()
        let offset = try #require(report.offsetMilliseconds)
        #expect(abs(offset - 2 * hour) < 1_000)
        let state = try #require(try branch.node.store.read { try $0.state(of: account) })
        let stamps = state.fields.flatMap { $0.state.siblings.map(\.timestamp.milliseconds) }
        #expect(stamps.allSatisfy { abs($0 - world.clock.milliseconds) < 1_000 })
    }

    private func demandEqual() throws {
        for _ in 0..<2 {
            try branch.replica.exchange.run()
            try device.exchange.run()
        }
        #expect(try world.summaries(branch.node.store) == world.summaries(world.hq.store))
        #expect(try world.summaries(device.store) == world.summaries(world.hq.store))
        #expect(try dump(device.store) == dump(world.hq.store))
    }
}

func dump(_ store: Store) throws -> [String] {
    try store.read { access in
        var lines: [String] = []
        try access.dump { lines.append($0) }
        return lines
    }
}
