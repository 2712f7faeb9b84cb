import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("Stores exchange")
struct StoreExchangeTests {
    let world: StoreWorld
    let hq: Store
    let branch: Store
    let device: Store
    let asset = RecordID(high: 0x0190_0000_0000_7003, low: 0x8000_0000_0000_0003)

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
        branch = try world.store(.branch, seed: 2)
        device = try world.store(.device, seed: 3)
        try world.pull(branch, from: hq)
        try world.pull(device, from: branch)
    }

    private func newAsset(on store: Store, serial: String = "EX-1") throws {
        try store.write { access in
            try access.commit(
                [
                    LocalChange(
                        type: EntityTag.asset, record: asset, creates: true,
                        edits: [.put(StoreWorld.place, at: .scope), .put(serial, at: tag("asset", "serial"))])
                ], author: world.person)
        }
    }

    private func edit(_ store: Store, _ edits: [FieldEdit]) throws {
        try store.write { access in
            try access.commit(
                [LocalChange(type: EntityTag.asset, record: asset, edits: edits)], author: world.person)
        }
    }

    private func shown(_ store: Store, _ field: String) throws -> [Value] {
        try store.read { try $0.state(of: asset)?[tag("asset", field)].distinctValues ?? [] }
    }

    @Test("A visit made offline reaches headquarters through its branch, and its receipt comes back")
    func upAndReceipt() throws {
        try newAsset(on: device)
        #expect(try shown(device, "serial") == [.text("EX-1")])
        try world.push(device, to: branch)
        try world.push(branch, to: hq)
        #expect(try shown(hq, "serial") == [.text("EX-1")])
        try world.pull(branch, from: hq)
        try world.pull(device, from: branch)
        #expect(try world.summaries(device) == world.summaries(hq))
        #expect(try world.summaries(branch) == world.summaries(hq))
    }

    @Test("The same run again changes nothing")
    func duplicate() throws {
        try newAsset(on: device)
        try world.push(device, to: branch, answerLost: true)
        let before = try branch.read { try $0.lastPosition() }
        let outcomes = try world.push(device, to: branch)
        guard case .accepted(let summary)? = outcomes.first else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(summary.head.seq == 1)
        #expect(try branch.read { try $0.lastPosition() } == before)
        #expect(try device.read { try $0.receiptSeqs(of: $0.deviceReplica()!) } == (1, 0))
    }

    @Test("A run that starts too high is a gap")
    func gap() throws {
        try newAsset(on: device)
        try edit(device, [.put("A7", at: tag("asset", "firmware"))])
        try device.write { try $0.seal(measuredOffset: nil) }
        let replica = try #require(try device.read { try $0.deviceReplica() })
        let run = try world.run(of: device, replica: replica, from: 2)
        #expect(try branch.write { try $0.receive(run) } == .gap(next: 1))
    }

    @Test("Concurrent edits of a review field are both kept, on every replica alike")
    func conflict() throws {
        let other = try world.store(.device, seed: 4)
        try newAsset(on: device)
        try world.push(device, to: branch)
        try world.pull(other, from: branch)
        try edit(device, [.put("EX-1A", at: tag("asset", "serial")), .put(2, at: tag("asset", "cycles"))])
        try edit(other, [.put("EX-1B", at: tag("asset", "serial")), .put(3, at: tag("asset", "cycles"))])
        for store in [device, other] { try world.push(store, to: branch) }
        for store in [device, other] { try world.pull(store, from: branch) }
        for store in [device, other, branch] {
            #expect(try shown(store, "serial") == [.text("EX-1A"), .text("EX-1B")])
            #expect(try store.read { try $0.state(of: asset)?[tag("asset", "cycles")].sum } == 5)
        }
        #expect(try world.summaries(device) == world.summaries(branch))
        #expect(try world.summaries(other) == world.summaries(branch))
    }

    @Test("A refused set is shown by nobody but stays in its author's log with a reason")
    func refusal() throws {
        try newAsset(on: device)
        try world.push(device, to: branch)
        try device.write { access in
            try access.commit(
                [LocalChange(type: EntityTag.branch, record: world.headquarters, edits: [.put("Mine", at: 3)])],
                author: world.person)
        }
        #expect(try device.read { try $0.state(of: world.headquarters)?[3].latest?.value } == .text("Mine"))
        try world.push(device, to: branch)
        #expect(try branch.read { try $0.state(of: world.headquarters)?[3].latest?.value } == .text("HQ"))
        #expect(try device.read { try $0.state(of: world.headquarters)?[3].latest?.value } == .text("HQ"))
        let entry = try device.read { try $0.entries(changing: world.headquarters).last }
        #expect(entry?.verdict == .refused)
        #expect(entry?.refusal?.messageZH.isEmpty == false)
        try world.push(branch, to: hq)
        #expect(try hq.read { try $0.entries(changing: world.headquarters).last?.verdict } == .refused)
    }

    @Test("An edit of a record that the branch does not hold is relayed and judged at headquarters")
    func undecided() throws {
        let far = try world.store(.branch, seed: 5)
        try world.pull(far, from: hq)
        try newAsset(on: branch)
        try world.pull(device, from: branch)
        try edit(device, [.put("B2", at: tag("asset", "firmware"))])
        let outcome = try world.push(device, to: far).first
        guard case .accepted(let summary)? = outcome else {
            Issue.record("\(String(describing: outcome))")
            return
        }
        #expect(summary.undecided == [1])
        #expect(try far.read { try $0.state(of: asset) } == nil || shown(far, "firmware") == [])
        try world.push(far, to: hq)
        #expect(try hq.read { try $0.state(of: asset) } == nil, "nobody told headquarters of the record yet")
        try world.push(branch, to: hq)
        #expect(try shown(hq, "firmware") == [.text("B2")])
        for store in [far, branch] {
            try world.pull(store, from: hq)
            #expect(try shown(store, "firmware") == [.text("B2")])
            #expect(try world.summaries(store) == world.summaries(hq))
        }
        #expect(try far.read { try $0.entries(changing: asset).map(\.verdict) } == [.applied])
    }

    @Test("A copy of a device's database is found out; both sides' work survives under different replicas")
    func clone() throws {
        try newAsset(on: device)
        try world.push(device, to: branch)
        try world.pull(device, from: branch)
        let clone = try world.copy(of: device, seed: 9)
        try edit(device, [.put("one", at: tag("asset", "tags"))])
        try edit(clone, [.put("two", at: tag("asset", "tags"))])
        try world.push(device, to: branch)
        let outcomes = try world.push(clone, to: branch)
        #expect(outcomes == [.forked(seq: 2)])
        let old = try #require(try clone.read { try $0.deviceReplica() })
        let new = try clone.write { try $0.reauthor(old, from: 2) }
        #expect(new != old)
        #expect(try shown(clone, "tags") == [.text("two")])
        try world.push(clone, to: branch)
        for store in [device, clone] { try world.pull(store, from: branch) }
        for store in [device, clone, branch] { #expect(try shown(store, "tags") == [.text("one"), .text("two")]) }
        #expect(try world.summaries(clone) == world.summaries(branch))
    }

    @Test("A device a day fast is stamped by the node's clock before anything leaves")
    func clockOffset() throws {
        let day: Int64 = 86_400_000
        let fast = try world.store(.device, seed: 6, skew: day)
        try world.pull(fast, from: branch)
        let serial = tag("asset", "serial")
        func stamp(_ store: Store) throws -> Int64? {
            try store.read { try $0.state(of: asset)?[serial].latest?.timestamp.milliseconds }
        }
        try newAsset(on: fast)
        let before = try #require(try stamp(fast))
        try fast.write { try $0.seal(measuredOffset: day) }
        #expect(try stamp(fast) == before - day)
        try world.push(fast, to: branch)
        #expect(try stamp(branch) == before - day)
        try world.pull(fast, from: branch)
        #expect(try world.summaries(fast) == world.summaries(branch))
    }

    @Test("A device that roams shows headquarters' receipt instead of its old sets")
    func takenUpBehindReceipt() throws {
        let far = try world.store(.branch, seed: 5)
        try world.pull(far, from: hq)
        try newAsset(on: device)
        try world.push(device, to: branch)
        try world.push(branch, to: hq)
        try world.pull(far, from: hq)
        try edit(device, [.put("B2", at: tag("asset", "firmware"))])
        try device.write { try $0.seal(measuredOffset: nil) }
        let replica = try #require(try device.read { try $0.deviceReplica() })
        let run = try world.run(of: device, replica: replica, from: 2)
        #expect(try far.write { try $0.receive(run) } == .gap(next: 1))
        let backed = IncomingRun(
            replica: replica, before: run.before, items: run.items, key: run.key, certificates: [], person: nil,
            base: run.before, isRelayed: false)
        guard case .accepted(let summary) = try far.write({ try $0.receive(backed) }) else {
            Issue.record("the run was not taken up behind the receipt")
            return
        }
        #expect(summary.head.seq == 2)
        #expect(try shown(far, "firmware") == [.text("B2")])
        let entries = try far.read { try $0.entries(of: replica, from: 1, limit: 9, bytesMax: .max) }
        #expect(entries.map(\.verdict) == [.gone, .applied])
    }

    @Test("A pull in small pages, with commits between them, ends in the node's own cut")
    func pages() throws {
        let ids = (0..<40).map { RecordID(high: 0x0190_0000_0000_7100 + UInt64($0), low: 0x8000_0000_0000_0009) }
        let serial = tag("asset", "serial")
        for id in ids {
            try branch.write { access in
                try access.commit(
                    [
                        LocalChange(
                            type: EntityTag.asset, record: id, creates: true,
                            edits: [.put("site/\(id.high % 3)", at: .scope), .put("first", at: serial)])
                    ], author: world.headquarters)
            }
        }
        var round = 0
        try world.pull(device, from: branch, pageBytesMax: 300) {
            round += 1
            guard round < 12 else { return }
            try branch.write { access in
                try access.commit(
                    [
                        LocalChange(
                            type: EntityTag.asset, record: ids[round], edits: [.put("again \(round)", at: serial)]),
                        LocalChange(
                            type: EntityTag.asset, record: ids[39 - round], edits: [.put("and \(round)", at: serial)]),
                    ], author: world.headquarters)
            }
        }
        #expect(round >= 12)
        #expect(try world.summaries(device) == world.summaries(branch))
        #expect(try world.pull(device, from: branch) == 0)
    }

    @Test("A checkpoint of a node that was set back is recognised")
    func rolledBack() throws {
        try newAsset(on: branch)
        try world.pull(device, from: branch)
        let checkpoint = try #require(try device.read { try $0.pulledCheckpoint() })
        #expect(try branch.read { try $0.decide(checkpoint) } == .good)
        let later = Checkpoint(epoch: checkpoint.epoch, position: checkpoint.position + 5, token: 99)
        #expect(try branch.read { try $0.decide(later) } == .rolledBack)
        let other = Checkpoint(epoch: checkpoint.epoch, position: checkpoint.position, token: checkpoint.token ^ 1)
        #expect(try branch.read { try $0.decide(other) } == .rolledBack)
        try branch.write { try $0.openEpoch() }
        #expect(try branch.read { try $0.decide(checkpoint) } == .foreign)
    }

    @Test("Reconciling names what differs and sends only that")
    func reconcile() throws {
        try newAsset(on: branch)
        try world.pull(device, from: branch)
        try edit(branch, [.put("C3", at: tag("asset", "firmware"))])
        let mine = try world.summaries(device)
        #expect(try branch.read { try $0.compare(mine, for: world.everybody) }.differing == [StoreWorld.place])
        let range = IDRange(scope: StoreWorld.place)
        let hashes = try device.read { try $0.hashes(in: range) }
        let answer = try branch.read {
            try $0.compare(
                [ListedRange(range: range, hashes: Set(hashes.map(\.hash)))], for: world.everybody, bytesMax: 1_000_000)
        }
        #expect(answer.states.count == 1)
        #expect(answer.unknown.count == 1)
        try device.write { try $0.absorb(encoded: answer.states) }
        #expect(try world.summaries(device) == world.summaries(branch))
    }
}
