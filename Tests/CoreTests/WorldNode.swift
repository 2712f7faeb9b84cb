import SyncCore

/// HQ or a branch of the random histories: it judges, logs and relays.
final class WorldNode: WorldReplica {
    struct Entry {
        let set: WorldSet
        var verdict: Verdict
    }

    /// What a backup holds, and a restore brings back.
    struct Disk {
        fileprivate let base: [RecordState]
        fileprivate let own: [WorldSet]
        fileprivate let ownDots: [Int: UInt64]
        fileprivate let clock: HybridClock
        fileprivate let log: [ReplicaID: [Entry]]
        fileprivate let order: [Place]
    }

    fileprivate struct Place {
        let by: ReplicaID
        let seq: UInt64
    }

    private let up: WorldNode?
    private(set) var log: [ReplicaID: [Entry]] = [:]
    /// In the order of commit; a set that came to be accepted later stands in it again.
    private var order: [Place] = []

    init(id: UInt64, up: WorldNode?, rules: Set<WorldRule>) {
        self.up = up
        super.init(id: id, rules: rules)
    }

    var disk: Disk { Disk(base: base, own: own, ownDots: ownDots, clock: clock, log: log, order: order) }

    func restore(_ disk: Disk, newID: UInt64) {
        (base, own, ownDots, clock) = (disk.base, disk.own, disk.ownDots, disk.clock)
        (log, order) = (disk.log, disk.order)
        if rules.contains(.newReplica) {
            id = ReplicaID(newID)
            ownDots = [:]
        }
    }

    override func add(_ set: ChangeSet, isDoubtful: Bool, _ random: inout Seeded) {
        super.add(set, isDoubtful: isDoubtful, &random)
        commit(own[own.count - 1], .applied)
    }

    /// Takes a set that a device or a node below offers.
    /// - Parameter shown: the verdict that comes with it; nil when this node is to judge.
    /// - Returns: the verdict here.
    func take(_ set: WorldSet, _ shown: Verdict?, _ random: inout Seeded) throws(WorldFault) -> Verdict {
        let entries = log[set.by] ?? []
        let decision = Chain.decide(
            before: set.before, hashes: [set.hash], head: UInt64(entries.count),
            hashAt: { entries[Int($0) - 1].set.hash })
        guard case .process(let known) = decision else {
            throw WorldFault(law: .oneChain, detail: "\(set.by) \(set.seq) at \(id): \(decision)")
        }
        if known == 0 {
            let verdict = shown ?? (set.isDoubtful && random.chance(0.7) ? .refused : .applied)
            commit(set, verdict)
            return verdict
        }
        let had = entries[Int(set.seq) - 1].verdict
        if let shown, had.merged(with: shown) != had { accept(set) }
        return log[set.by]?[Int(set.seq) - 1].verdict ?? had
    }

    func push(_ random: inout Seeded) throws(WorldFault) {
        for place in order {
            guard let up, let entry = log[place.by]?[Int(place.seq) - 1] else { continue }
            _ = try up.take(entry.set, entry.verdict, &random)
        }
    }

    func pull() {
        guard let up else { return }
        for record in World.records { base[record].join(up.base[record]) }
        clock.saw(up.clock.last, wall: wall)
        acceptElsewhere()
    }

    func witness(_ random: inout Seeded) {
        guard let up else { return }
        for change in lost(by: up) { add(change, isDoubtful: false, &random) }
    }

    private func commit(_ set: WorldSet, _ verdict: Verdict) {
        log[set.by, default: []].append(Entry(set: set, verdict: verdict))
        order.append(Place(by: set.by, seq: set.seq))
        if verdict == .applied { apply(set) }
    }

    /// A set that was refused here turns out to be accepted.
    private func accept(_ set: WorldSet) {
        log[set.by]?[Int(set.seq) - 1].verdict = .applied
        order.append(Place(by: set.by, seq: set.seq))
        apply(set)
    }

    private func apply(_ set: WorldSet) {
        for change in set.set.changes {
            base[Int(change.record.low)].apply(change, timestamp: set.set.timestamp, author: set.set.author)
        }
        clock.saw(set.set.timestamp, wall: wall)
        if set.set.changes.contains(where: { $0.write == nil }) { acceptElsewhere() }
    }

    private func acceptElsewhere() {
        guard rules.contains(.acceptedElsewhere) else { return }
        for entry in log.keys.sorted().flatMap({ log[$0] ?? [] }) where entry.verdict == .refused {
            if entry.set.dots().contains(where: { base[$0.record].known.contains($0.dot) }) { accept(entry.set) }
        }
    }
}
