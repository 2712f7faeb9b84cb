import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("A pull brings what its person holds")
struct HolderPullTests {
    let world: HolderWorld
    let a = HolderWorld.site(1)
    let b = HolderWorld.site(2)
    let c = HolderWorld.site(3)

    init() throws { world = try HolderWorld() }

    @Test("Only what is held comes, and what is everybody's")
    func held() throws {
        let mine = try world.machine(a)
        try world.machine(b)
        try world.hold(a)
        #expect(try world.pull().ids == [mine, world.world.headquarters, world.world.person])
        #expect(try world.held() == [mine])
        #expect(try world.pull().ids == [])
    }

    @Test("A scope that is gained comes whole, and no other with it")
    func gained() throws {
        try world.machine(a)
        let old = try (0..<3).map { _ in try world.machine(b) }
        try world.hold(a)
        try world.pull()
        try world.hold(b)
        #expect(try world.pull().ids == Set(old))
        let new = try world.machine(b)
        #expect(try world.pull().ids == [new])
    }

    @Test("A scope that is lost is one name")
    func lost() throws {
        let kept = try world.machine(a)
        for _ in 0..<5 { try world.machine(b) }
        try world.hold(a, b)
        try world.pull()
        try world.letGo(b)
        let pulled = try world.pull()
        #expect(pulled.ids == [] && pulled.losses == Losses(dropped: [b]))
        #expect(try world.held() == [kept])
        #expect(try world.device.read { try $0.scopeSummaries() }.map(\.name) == [a, "org"].sorted())
        #expect(try world.device.read { try $0.verify() }.faults == [])
        #expect(try world.pull() == HolderWorld.Pulled(pages: 1))
    }

    @Test("What was lost and gained again between two pulls is whole, and what left it meanwhile is not there")
    func regained() throws {
        let (stays, leaves) = (try world.machine(a), try world.machine(a))
        try world.hold(a)
        try world.pull()
        try world.letGo(a)
        try world.move(leaves, to: b)
        let came = try world.machine(a)
        try world.hold(a)
        let pulled = try world.pull()
        #expect(pulled.losses == Losses(evicted: [leaves]))
        #expect(pulled.ids == [stays, came])
        #expect(try world.held() == [stays, came])
    }

    @Test("A scope that came and went between two pulls is not sent, and not named")
    func passing() throws {
        try world.machine(a)
        try world.machine(b)
        try world.hold(a)
        try world.pull()
        try world.hold(b)
        try world.letGo(b)
        #expect(try world.pull() == HolderWorld.Pulled(pages: 1))
    }

    @Test("A record that moves to a scope that is not held leaves; to one that is held it goes along")
    func moved() throws {
        let (away, along) = (try world.machine(a), try world.machine(a))
        try world.hold(a, b)
        try world.pull()
        try world.move(away, to: c)
        try world.move(along, to: b)
        let pulled = try world.pull()
        #expect(pulled.losses == Losses(evicted: [away]) && pulled.ids == [along])
        #expect(try world.held() == [along])
        #expect(try world.device.read { try $0.state(of: away) } == nil)
        try world.move(away, to: b)
        #expect(try world.pull().ids == [away])
        #expect(try world.held() == [away, along])
        #expect(try world.device.read { try $0.verify() }.faults == [])
    }

    @Test("Who held everything and holds less now must compare")
    func everything() throws {
        try world.machine(a)
        try world.machine(b)
        try world.hold(Holding.every, a)
        try world.pull()
        #expect(try world.held() == world.due())
        try world.letGo(Holding.every)
        #expect(throws: HolderWorld.MustCompare.self) { try world.pull() }
        let mine = try world.device.read { try $0.scopeSummaries() }
        let compared = try world.hq.read { try $0.compare(mine, for: world.holder) }
        #expect(compared.dropped == [b] && compared.differing == [])
    }

    @Test("Who gains everything gets all that he did not hold")
    func gainedEverything() throws {
        try world.machine(a)
        try world.machine(b)
        try world.hold(a)
        try world.pull()
        try world.hold(Holding.every)
        try world.pull()
        #expect(try world.held() == world.due())
        #expect(try world.held().count == 2)
    }

    @Test("Of restricted parts, who holds everything gets the kinds that his roles open, and loses them with his roles")
    func partsOfEverything() throws {
        let (credit, complaint) = (a + "#credit", a + "#complaint")
        let secret = try world.machine(credit)
        let open = try world.machine(a)
        try world.machine(complaint)
        try world.hold(Holding.every)
        #expect(try world.pull().ids.contains(open))
        #expect(try world.held() == world.due() && !world.held().contains(secret))
        try world.hold(HoldingClaim.every(.credit))
        #expect(try world.pull(pageBytesMax: 1).ids == [secret])
        try world.edit(secret, on: world.hq, .put("2.0", at: tag("asset", "firmware")))
        #expect(try world.pull().ids == [secret])
        try world.letGo(HoldingClaim.every(.credit))
        try world.edit(secret, on: world.hq, .put("3.0", at: tag("asset", "firmware")))
        #expect(throws: HolderWorld.MustCompare.self) { try world.pull() }
        let mine = try world.device.read { try $0.scopeSummaries() }
        let compared = try world.hq.read { try $0.compare(mine, for: world.holder) }
        #expect(compared.dropped == [credit])
        #expect(compared.differing == [])
    }

    @Test("A pull of many pages, in whose midst scopes come, go and come back and records move, ends on what is held")
    func interrupted() throws {
        let scopes = (1...6).map(HolderWorld.site)
        var machines = try scopes.flatMap { scope in try (0..<6).map { _ in try world.machine(scope) } }
        for scope in scopes.prefix(4) { try world.hold(scope) }
        var step = 0
        let pulled = try world.pull(pageBytesMax: 400) {
            step += 1
            switch step {
            case 2: try world.letGo(scopes[0])
            case 3: try world.hold(scopes[4])
            case 4: try world.move(machines[7], to: scopes[5])
            case 5: try world.move(machines[8], to: scopes[2])
            case 6: try world.letGo(scopes[1])
            case 7: try world.hold(scopes[0])
            case 8: machines.append(try world.machine(scopes[3]))
            case 9: try world.letGo(scopes[4])
            default: break
            }
        }
        #expect(pulled.pages > 10)
        #expect(try world.held() == world.due())
        #expect(try world.held().count > 15)
        #expect(try world.device.read { try $0.verify() }.faults == [])
    }

    @Test("What is not held is in comparisons as if it were not there")
    func comparing() throws {
        let (mine, foreign) = (try world.machine(a), try world.machine(b))
        try world.hold(a, b)
        try world.pull()
        try world.letGo(b)
        let summaries = try world.device.read { try $0.scopeSummaries() }
        let compared = try world.hq.read { try $0.compare(summaries, for: world.holder) }
        #expect(compared.dropped == [b] && compared.differing == [] && compared.unheld == [])
        let all = try world.hq.read { try $0.compare([], for: world.holder) }
        #expect(all.differing == [a, "org"].sorted() && all.dropped == [])
        for (scope, id) in [(a, mine), (b, foreign)] {
            let range = IDRange(scope: scope)
            let sums = [RangeSum(range: range, records: 1, sum: 1)]
            #expect(try world.hq.read { try $0.differing(sums, for: world.holder) } == [0])
            let empty = [RangeSum(range: range, records: 0, sum: 0)]
            #expect(try world.hq.read { try $0.differing(empty, for: world.holder) } == (scope == a ? [0] : []))
            let listed = [ListedRange(range: range, hashes: [7])]
            let answer = try world.hq.read { try $0.compare(listed, for: world.holder, bytesMax: 1_000_000) }
            #expect(answer.unknown == [7] && answer.states.count == (scope == a ? 1 : 0))
            #expect(try world.hq.read { try $0.scope(of: id) } == scope)
        }
    }

    @Test("A record that left while the two were apart is taken back when they compare")
    func comparedAway() throws {
        let (stays, leaves) = (try world.machine(a), try world.machine(a))
        try world.hold(a)
        try world.pull()
        try world.move(leaves, to: b)
        let range = IDRange(scope: a)
        let held = try world.device.read { try $0.hashes(in: range) }
        let listed = ListedRange(range: range, hashes: Set(held.map(\.hash)))
        let answer = try world.hq.read { try $0.compare([listed], for: world.holder, bytesMax: 1_000_000) }
        #expect(answer.evicted == [leaves] && answer.states.isEmpty)
        // What comes back before the pull is complete is there at its end.
        let checkpoint = try world.hq.read { try $0.ownCheckpoint() }
        let place = StagingPlace(epoch: checkpoint.epoch, cursor: [])
        try world.device.write { access in
            try access.voidCheckpoint()
            try access.stage([], losses: Losses(evicted: answer.evicted), at: place)
        }
        #expect(try world.held() == [stays, leaves])
        try world.device.write { try $0.complete([], checkpoint: checkpoint) }
        #expect(try world.held() == [stays])
    }

    @Test("Pages that were staged in one epoch of a node are nothing in another")
    func stagedInAnotherEpoch() throws {
        let kept = try world.machine(a)
        try world.hold(a)
        try world.pull()
        try world.machine(a)
        let states = try world.page().states
        let epoch = try world.hq.read { try $0.epoch() }
        #expect(states.count == 1)
        try world.device.write { try $0.stage(states, at: StagingPlace(epoch: epoch, cursor: [1])) }
        // The node was set back behind that record: what it says from now on is of another epoch.
        try world.device.write { try $0.complete([], checkpoint: Checkpoint(epoch: epoch + 1, position: 1, token: 1)) }
        #expect(try world.held() == [kept])
        #expect(try world.device.read { try $0.staging() } == nil)
        try world.device.write { access in
            try access.stage(states, at: StagingPlace(epoch: epoch, cursor: [1]))
            try access.voidCheckpoint()
            try access.stage([], at: StagingPlace(epoch: epoch + 2, cursor: [1]))
            try access.complete([], checkpoint: Checkpoint(epoch: epoch + 2, position: 1, token: 1))
        }
        #expect(try world.held() == [kept])
    }

    @Test("A branch where somebody roams says of no scope that he lost it; one that knows him does")
    func roaming() throws {
        let branch = try world.world.store(.branch, seed: 40)
        try world.world.pull(branch, from: world.hq)
        let named = [ScopeSummary(name: a, digest: ScopeDigest(), records: 2)]
        var compared = try branch.read { try $0.compare(named, for: world.holder) }
        #expect(compared.unheld == [a] && compared.dropped == [])
        try branch.write { access in
            try access.hold(Scope(.user(world.holder)).description, by: world.holder)
        }
        compared = try branch.read { try $0.compare(named, for: world.holder) }
        #expect(compared.unheld == [a] && compared.dropped == [], "it has not heard of headquarters yet")
        try branch.write { try $0.noteUpstreamHeard() }
        compared = try branch.read { try $0.compare(named, for: world.holder) }
        #expect(compared.unheld == [] && compared.dropped == [a])
        // Granted, and the branch has nothing of it.
        try branch.write { try $0.hold(a, by: world.holder) }
        compared = try branch.read { try $0.compare(named, for: world.holder) }
        #expect(compared.unheld == [a] && compared.dropped == [] && !compared.differing.contains(a))
    }
}
