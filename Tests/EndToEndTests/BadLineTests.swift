@testable import SyncClient
import SyncStore
import SyncWire
import Testing

@Suite("Bad lines: answers that are lost, branches that are cut off, and sets that are refused among good ones")
struct BadLineTests {
    let world: ExchangeWorld
    let branch: (node: ExchangeNode, replica: ExchangeWorld.Replica)

    init() throws {
        world = try ExchangeWorld()
        branch = try world.branch("Perth")
        try branch.replica.exchange.run()
    }

    @Test("Two thousand pushes, of which three in ten lose their answer: every set is at HQ once")
    func lostAnswers() throws {
        var random = SeededRandom(seed: 30)
        let before = try dump(world.hq.store).count
        let devices = try (0..<2).map { _ in try world.device(below: branch.node) }
        var (written, lost) = (0, 0)
        for (device, name) in zip(devices, ["li", "wang"]) {
            device.line.fate = { path, _ in
                guard path == "/v1/push", Int.random(in: 0..<10, using: &random) < 3 else { return .arrives }
                lost += 1
                return .answerLost
            }
            try device.exchange.run()
            while device.line.pushed.count < 1_000 {
                written += 1
                try world.newAccount("\(name) \(written)", on: device.store)
                try push(device, timesMax: 40)
            }
        }
        #expect(lost > 500)
        try branch.replica.exchange.run()
        let found = try dump(world.hq.store)
        #expect(found.count == before + written && Set(found).count == found.count)
        for device in devices {
            try device.exchange.run()
            let counts = try world.counts(device)
            #expect(counts[0] == 0 && counts[1] == 0)
        }
        try expectEqual([branch.replica] + devices)
    }

    /// Until it is answered.
    private func push(_ device: ExchangeWorld.Replica, timesMax: Int) throws {
        for _ in 0..<timesMax {
            do {
                _ = try device.exchange.run(.push)
                return
            } catch ExchangeFailure.offline {}
        }
        Issue.record("of \(timesMax) pushes none was answered")
    }

    @Test("Ten partitions, healed: all hold the same within ten exchanges, and nothing waits any more")
    func partitions() throws {
        var random = SeededRandom(seed: 10)
        let devices = try (0..<2).map { _ in try world.device(below: branch.node) }
        let account = try world.newAccount("Rio", on: world.hq.store)
        try converge([branch.replica] + devices)
        for round in 1...10 {
            let cut = ([branch.replica] + devices).filter { _ in Bool.random(using: &random) }
            // One direction or both: requests that do not arrive, or answers that do not come back.
            for replica in cut {
                let fate = Bool.random(using: &random) ? ExchangeLine.Fate.unreachable : .answerLost
                replica.line.fate = { _, _ in fate }
            }
            try world.set("industry", "hq \(round)", of: account, on: world.hq.store)
            for (index, device) in devices.enumerated() {
                try world.newAccount("\(round) of \(index)", on: device.store)
                try world.set("industry", "\(index) \(round)", of: account, on: device.store)
                _ = try? device.exchange.run()
                _ = try? branch.replica.exchange.run()
            }
            for replica in cut { replica.line.fate = { _, _ in .arrives } }
            try converge([branch.replica] + devices)
        }
        #expect(try dump(world.hq.store).count { $0.contains(" of ") } == 20)
    }

    /// Each exchanges at most ten times.
    private func converge(_ replicas: [ExchangeWorld.Replica]) throws {
        for _ in 0..<10 {
            for replica in replicas { try replica.exchange.run() }
            let wanted = try world.summaries(world.hq.store)
            let areEqual = try replicas.allSatisfy { try world.summaries($0.store) == wanted }
            if try areEqual && replicas.allSatisfy({ try world.counts($0).prefix(2) == [0, 0] }) { return }
        }
        Issue.record("not the same after ten exchanges of each")
    }

    @Test("Twenty sets that are refused among a thousand hold up none of the good ones")
    func poison() throws {
        let device = try world.device(below: branch.node)
        try device.exchange.run()
        let account = try world.newAccount("Rio", on: device.store)
        try device.exchange.run()
        for number in 1..<1_000 {
            // Nobody with these roles may give an account another name.
            if number % 50 == 7 { try world.set("name", "bad \(number)", of: account, on: device.store) }
            if number % 50 != 7 { try world.newAccount("good \(number)", on: device.store) }
        }
        let report = try device.exchange.run()
        #expect((report.sent, report.rejected, report.pending) == (999, 20, 0))
        #expect(try branch.replica.exchange.run().pending == 0)
        let found = try dump(world.hq.store)
        #expect(found.count { $0.contains("good ") } == 979 && !found.contains { $0.contains("bad ") })
        #expect(try device.store.read { try $0.rejected() }.count == 20)
        try device.exchange.run()
        #expect(try world.counts(device).prefix(2) == [0, 0])
        try expectEqual([branch.replica, device])
    }

    private func expectEqual(_ replicas: [ExchangeWorld.Replica]) throws {
        let wanted = try dump(world.hq.store)
        for replica in replicas { #expect(try dump(replica.store) == wanted) }
    }
}
