import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire
import Synchronization
import Testing

@Suite("Exchange: nodes that were set back, other nodes, and copies of a device")
struct ExchangeRecoveryTests {
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

    @Test("A node set back to yesterday asks for what it lost, opens a new epoch, and both sides compare")
    func nodeSetBack() throws {
        let direct = try world.device(below: world.hq)
        try direct.exchange.run()
        let account = try world.newAccount("Rio", on: direct.store)
        try direct.exchange.run()
        let yesterday = try world.backup(of: world.hq)
        for industry in ["mining", "rail", "steel"] {
            try world.set("industry", industry, of: account, on: direct.store)
            try direct.exchange.run()
        }
        direct.line.node = yesterday
        try world.set("industry", "ports", of: account, on: direct.store)
        let report = try direct.exchange.run()
        #expect((report.pending, report.reconciled, report.complete) == (0, true, true))
        #expect(try report.epoch == yesterday.store.read { try $0.epoch() })
        #expect(try world.values("industry", of: account, on: yesterday.store) == ["ports"])
        #expect(try world.summaries(direct.store) == world.summaries(yesterday.store))
        #expect(try !direct.exchange.run().reconciled)
    }

    @Test(
        "A node set back to before it vouched for a set, of which the author pulled nothing since, is offered it again")
    func nodeForgotWhatItVouchedFor() throws {
        let yesterday = try world.backup(of: branch.node)
        let account = try world.newAccount("Rio", on: device.store)
        device.line.fate = { path, _ in path == "/v1/pull" ? .answerLost : .arrives }
        #expect(throws: ExchangeFailure.self) { try device.exchange.run() }
        try #require(try world.counts(device) == [0, 1, 0])
        device.line.fate = { _, _ in .arrives }
        device.line.node = yesterday
        // Its sessions were those of another process.
        world.clock.advance(600_000)
        let epoch = try yesterday.store.read { try $0.epoch() }
        let report = try device.exchange.run()
        #expect(report.epoch != epoch)
        #expect(try world.values("name", of: account, on: yesterday.store) == ["Rio"])
    }

    @Test("An HQ of a new epoch is shown the heads of chains that it had, and asks for what it lost")
    func hqLostWhatItReceipted() throws {
        let direct = try world.device(below: world.hq)
        try direct.exchange.run()
        let yesterday = try world.backup(of: world.hq)
        let account = try world.newAccount("Rio", on: direct.store)
        try direct.exchange.run()
        #expect(try world.counts(direct) == [0, 0, 1])
        try yesterday.store.write { try $0.openEpoch() }
        direct.line.node = yesterday
        try direct.exchange.run()
        #expect(try world.values("name", of: account, on: yesterday.store) == ["Rio"])
        #expect(try world.counts(direct) == [0, 0, 1])
    }

    @Test("A branch that lost its disk gets back from its devices what HQ does not have")
    func branchLost() throws {
        let account = try world.newAccount("Rio", on: device.store)
        try device.exchange.run()
        let fresh = try world.branch("Perth again")
        try fresh.replica.exchange.run()
        device.line.node = fresh.node
        try device.exchange.run()
        #expect(try world.values("name", of: account, on: fresh.node.store) == ["Rio"])
        try fresh.replica.exchange.run()
        #expect(try world.values("name", of: account, on: world.hq.store) == ["Rio"])
    }

    @Test("A roaming device shows another branch its whole chain and brings down only what differs")
    func roaming() throws {
        let first = try world.newAccount("Rio", on: device.store)
        for _ in 0..<2 {
            try device.exchange.run()
            try branch.replica.exchange.run()
        }
        try device.exchange.run()
        let other = try world.branch("Karratha")
        try other.replica.exchange.run()
        let second = try world.newAccount("BHP", on: other.node.store)
        try world.set("industry", "steel", of: first, on: device.store)
        device.line.node = other.node
        let report = try device.exchange.run()
        #expect((report.sent, report.pending, report.reconciled, report.node) == (1, 0, true, "Karratha"))
        #expect(report.received == 2)
        let replica = try #require(try device.store.read { try $0.deviceReplica() })
        let there = try other.node.store.read { try $0.entries(of: replica, from: 1, limit: 10, bytesMax: .max) }
        #expect(there.map(\.verdict) == [.applied, .applied])
        #expect(try world.values("name", of: second, on: device.store) == ["BHP"])
        #expect(try world.summaries(device.store) == world.summaries(other.node.store))
        try other.replica.exchange.run()
        #expect(try world.values("industry", of: first, on: world.hq.store) == ["steel"])
    }

    @Test(
        "Certificates go once to a node, and again to one that does not know the chain: another one, or one that was set back"
    )
    func certificatesOnce() throws {
        let yesterday = try world.backup(of: branch.node)
        let account = try world.newAccount("Rio", on: device.store)
        try device.exchange.run()
        try world.set("industry", "steel", of: account, on: device.store)
        try device.exchange.run()
        try #require(device.line.pushed.map { $0.map(\.chain.isEmpty) } == [[false], [true]])
        var alone = WirePushRequest()
        alone.runs = device.line.pushed[1]
        #expect(alone.encoded.count < 200)
        device.line.node = yesterday
        try world.set("industry", "ports", of: account, on: device.store)
        try device.exchange.run()
        #expect(device.line.pushed.dropFirst(2).prefix(2).map { $0.map(\.chain.isEmpty) } == [[true], [false]])
        #expect(try world.values("industry", of: account, on: yesterday.store) == ["ports"])
        let other = try world.branch("Karratha")
        try other.replica.exchange.run()
        device.line.node = other.node
        let before = device.line.pushed.count
        try world.set("industry", "rail", of: account, on: device.store)
        try device.exchange.run()
        #expect(device.line.pushed.dropFirst(before).contains { $0.contains { !$0.chain.isEmpty } })
        #expect(try world.values("industry", of: account, on: other.node.store) == ["rail"])
    }

    @Test("Two copies of one device both keep their work: the second takes a new replica and a new code")
    func fork() throws {
        let account = try world.newAccount("Rio", on: device.store)
        try device.exchange.run()
        let twin = try world.copy(of: device)
        try world.set("industry", "steel", of: account, on: device.store)
        try world.set("industry", "ports", of: account, on: twin.store)
        let other = try world.newAccount("BHP", on: twin.store)
        try device.exchange.run()
        var code: String?
        twin.upstream.onRenewal = { code = $0.deviceCode }
        let report = try twin.exchange.run()
        let replica = try #require(report.reauthored)
        #expect(try twin.store.read { try $0.deviceReplica() } == replica)
        #expect((report.pending, report.complete, report.renewalFailure) == (0, true, nil))
        #expect(code == "B2")
        #expect(try world.values("industry", of: account, on: branch.node.store) == ["ports", "steel"])
        #expect(try world.values("name", of: other, on: branch.node.store) == ["BHP"])
        #expect(try twin.exchange.run().reauthored == nil)
        try device.exchange.run()
        #expect(try dump(twin.store) == dump(device.store))
    }

    @Test("A device set back to an old image takes a new replica before it writes under dots that are used up")
    func setBack() throws {
        let account = try world.newAccount("Rio", on: device.store)
        try device.exchange.run()
        let image = try world.copy(of: device)
        try world.set("industry", "steel", of: account, on: device.store)
        try device.exchange.run()
        try branch.replica.exchange.run()
        try device.exchange.run()
        #expect(try image.exchange.run().reauthored != nil)
        try world.set("industry", "ports", of: account, on: image.store)
        #expect(try image.exchange.run().pending == 0)
        #expect(try world.values("industry", of: account, on: branch.node.store) == ["ports"])
    }

    @Test("A node that is called otherwise is the same node; one that is called the same is another")
    func names() throws {
        let renamed = ExchangeNode(
            store: branch.node.store, key: branch.node.key, chain: branch.node.chain, root: branch.node.root,
            name: "Perth North")
        device.line.node = renamed
        // A session tells the name, and ends after ten minutes.
        world.clock.advance(600_000)
        let report = try device.exchange.run()
        #expect((report.node, report.reconciled) == ("Perth North", false))
        let other = try world.branch("Perth North")
        try other.replica.exchange.run()
        device.line.node = other.node
        world.clock.advance(600_000)
        #expect(try device.exchange.run().reconciled)
    }

    @Test("Wherever a comparison is cut off, the next exchange brings all, and shows nothing before it is whole")
    func cutOff() throws {
        let narrow = try world.branch("Narrow", pageBytesMax: 1)
        let account = try world.newAccount("A", on: world.hq.store)
        try branch.replica.exchange.run()
        try device.exchange.run()
        for name in ["B", "C", "D"] { try world.newAccount(name, on: world.hq.store) }
        try world.set("industry", "steel", of: account, on: world.hq.store)
        try narrow.replica.exchange.run()
        let line = device.line
        line.node = narrow.node
        let before = try world.summaries(device.store)
        var cuts = 0
        while true {
            line.forgetPaths()
            line.fate = { [cuts] path, _ in
                let place = line.paths.count { $0 != "/v1/session" } - 1
                return path != "/v1/session" && place == cuts ? .answerLost : .arrives
            }
            if (try? device.exchange.run()) != nil { break }
            cuts += 1
            try #require(cuts < 40)
            #expect(try world.summaries(device.store) == before, "after \(cuts) cuts")
        }
        #expect(cuts > 4)
        #expect(try world.summaries(device.store) == world.summaries(narrow.node.store))
        #expect(try world.values("industry", of: account, on: device.store) == ["steel"])
    }

    @Test("A branch set back while HQ was away asks its devices for what it wrote itself, once it has heard from HQ")
    func branchSetBackAlone() throws {
        let account = try world.newAccount("Rio", on: branch.node.store)
        try branch.replica.exchange.run()
        let old = try world.setBack(branch)
        try world.set("industry", "steel", of: account, on: branch.node.store)
        try device.exchange.run()
        device.line.node = old.node
        #expect(try device.exchange.run().witnessed == 0, "HQ may bring it yet")
        try old.replica.exchange.run()
        let report = try device.exchange.run()
        #expect((report.reconciled, report.witnessed) == (true, 1))
        #expect(try world.values("industry", of: account, on: old.node.store) == ["steel"])
        #expect(try !device.exchange.run().reconciled, "once is enough")
        try old.replica.exchange.run()
        #expect(try world.values("industry", of: account, on: world.hq.store) == ["steel"])
    }

    @Test("A branch that HQ shows a write of its own that it does not know was set back")
    func branchShownItsOwn() throws {
        let account = try world.newAccount("Rio", on: branch.node.store)
        try branch.replica.exchange.run()
        let old = try world.setBack(branch)
        try world.set("industry", "steel", of: account, on: branch.node.store)
        try branch.replica.exchange.run()
        let alarms = Mutex<[Alarm]>([])
        old.node.store.hearAlarms { alarm in alarms.withLock { $0.append(alarm) } }
        let epoch = try old.node.store.read { try $0.epoch() }
        try old.replica.exchange.run()
        #expect(try old.node.store.read { try $0.epoch() } != epoch)
        #expect(alarms.withLock { $0.count } == 1)
        #expect(try world.values("industry", of: account, on: old.node.store) == ["steel"])
        try old.replica.exchange.run()
        #expect(alarms.withLock { $0.count } == 1, "it is told once")
    }

    @Test("A scope that differs is compared in ranges, and a cut answer is gone on with")
    func longComparison() throws {
        let narrow = try world.branch("Narrow", pageBytesMax: 1)
        for number in 0..<5 { try world.newAccount("A\(number)", on: world.hq.store) }
        try narrow.replica.exchange.run()
        device.line.node = narrow.node
        let report = try device.exchange.run()
        #expect((report.received, report.reconciled) == (5, true))
        #expect(try world.summaries(device.store) == world.summaries(narrow.node.store))
    }

    @Test("A chain that a branch took up behind HQ's receipt is relayed with that receipt in the place of what is gone")
    func takenUpBehindReceipt() throws {
        let yesterday = try world.backup(of: world.hq)
        let account = try world.newAccount("Rio", on: device.store)
        for _ in 0..<2 {
            try device.exchange.run()
            try branch.replica.exchange.run()
        }
        try device.exchange.run()
        try world.set("industry", "steel", of: account, on: device.store)
        let replica = try #require(try device.store.read { try $0.deviceReplica() })
        let other = try world.branch("Karratha")
        try other.replica.exchange.run()
        let run = try run(
            of: replica, from: 2, base: try branch.node.store.read { try $0.hqReceipt(of: replica)?.bytes })
        var push = WirePushRequest()
        push.runs = [run]
        #expect(try other.node.push(push).results.map(\.outcome) == [.accepted])
        // The receipt that stands in the place of the gone sets came with the run.
        try other.node.store.write { try $0.take(receipt(in: run.base)) }
        other.replica.line.node = yesterday
        #expect(try other.replica.exchange.run().refusedRuns == [])
        #expect(try world.values("industry", of: account, on: yesterday.store) == ["steel"])
    }

    @Test(
        "Two copies that were taken in at two branches meet at HQ: the second chain waits for a person, the rest goes on"
    )
    func forkBetweenBranches() throws {
        let account = try world.newAccount("Rio", on: device.store)
        try device.exchange.run()
        try branch.replica.exchange.run()
        let other = try world.branch("Karratha")
        try other.replica.exchange.run()
        let twin = try world.copy(of: device)
        twin.line.node = other.node
        try world.set("industry", "steel", of: account, on: device.store)
        try world.set("industry", "ports", of: account, on: twin.store)
        try device.exchange.run()
        try twin.exchange.run()
        try branch.replica.exchange.run()
        let own = try world.newAccount("BHP", on: other.node.store)
        let report = try other.replica.exchange.run()
        #expect((report.refusedRuns.map(\.code), report.pending) == (["replica_forked"], 2))
        #expect(try world.values("name", of: own, on: world.hq.store) == ["BHP"])
        try other.replica.exchange.run()
        other.replica.line.forgetPaths()
        #expect(try other.replica.exchange.run().refusedRuns == report.refusedRuns)
        #expect(other.replica.line.paths == ["/v1/pull"])
    }

    @Test("A chain whose author's signature is lost is reported, and the rest goes on")
    func signatureLost() throws {
        try world.newAccount("Rio", on: device.store)
        try device.exchange.run()
        let replica = try #require(try device.store.read { try $0.deviceReplica() })
        try branch.node.store.write { try $0.loseHeadSignatures(of: replica) }
        let own = try world.newAccount("BHP", on: branch.node.store)
        let report = try branch.replica.exchange.run()
        #expect((report.refusedRuns.map(\.code), report.pending) == (["integrity"], 1))
        #expect(try world.values("name", of: own, on: world.hq.store) == ["BHP"])
    }

    /// What a device that long ago dropped the sets before `first` pushes.
    private func run(of replica: ReplicaID, from first: UInt64, base: [UInt8]?) throws -> WireRun {
        try device.store.read { access in
            let entries = try access.entries(of: replica, from: first, limit: 10, bytesMax: .max)
            var run = WireRun()
            run.replica = replica.raw
            run.firstSeq = first
            run.before = Data(try #require(try access.hash(of: replica, at: first - 1)))
            run.sets = entries.compactMap(\.bytes).map { Data($0) }
            run.signature = Data(device.identity.key.sign(try #require(entries.last).hash, for: .run))
            run.chain = device.identity.chain
            run.base = try WireSignedReceipt(bounded: #require(base))
            return run
        }
    }

    private func receipt(in signed: WireSignedReceipt) throws -> NodeReceipt {
        let receipt = try WireReceipt(bounded: [UInt8](signed.receipt))
        return NodeReceipt(
            node: world.rootKey.publicKey.bytes, isHQ: true, epoch: receipt.epoch, replica: ReplicaID(receipt.replica),
            summary: ChainSummary(
                replicaHead: ChainPosition(seq: receipt.seq, hash: [UInt8](receipt.hash)), firstSeq: receipt.firstSeq,
                refusals: [:], undecided: []),
            bytes: signed.encoded)
    }
}
