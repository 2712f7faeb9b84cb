import SyncCore

/// HQ, three branches and four devices over three records, driven at random from one seed: writes of one or two
/// records in a set, roaming, lost answers, nodes that judge apart, evictions, nodes restored from backups.
final class World {
    struct Field {
        let tag: FieldTag
        let kind: FieldKind
    }

    /// How often what goes wrong goes wrong.
    struct Weather: Sendable, Hashable {
        var evictions = 0.05
        var restores = 0.0
    }

    static let fields = [
        Field(tag: 3, kind: .register), Field(tag: 4, kind: .review), Field(tag: 5, kind: .set),
        Field(tag: 200, kind: .counter),
    ]
    static let records = [0, 1, 2]

    let rules: Set<WorldRule>
    let hq: WorldNode
    let branches: [WorldNode]
    let devices: [WorldDevice]
    var random: Seeded
    /// Every write ever made, by record and dot, accepted or not.
    private(set) var writes: [[Dot: Write]] = records.map { _ in [:] }
    private(set) var restores = 0
    private var backups: [Int: WorldNode.Disk] = [:]
    private var replicas: UInt64 = 1 << 63

    init(seed: UInt64, rules: Set<WorldRule> = Set(WorldRule.allCases)) {
        self.rules = rules
        random = Seeded(seed: seed)
        let hq = WorldNode(id: 1, up: nil, rules: rules)
        self.hq = hq
        branches = (10..<13).map { WorldNode(id: $0, up: hq, rules: rules) }
        devices = (100..<104).map { WorldDevice(id: $0, rules: rules) }
    }

    /// What a whole history breaks; it ends at the first fault.
    static func faults(
        seed: UInt64, _ weather: Weather, rules: Set<WorldRule> = Set(WorldRule.allCases)
    ) -> [WorldFault] {
        let world = World(seed: seed, rules: rules)
        do throws(WorldFault) {
            try world.run(weather)
            try world.check(ghosts: weather.evictions == 0 || world.restores == 0)
            return []
        } catch { return [error] }
    }

    func run(_ weather: Weather) throws(WorldFault) {
        for _ in 0..<110 { try somethingHappens(weather) }
        try settle()
    }

    var nodes: [WorldNode] { [hq] + branches }

    private func aMinutePasses() {
        for replica in nodes as [WorldReplica] + devices { replica.minutes += 1 }
    }

    private func somethingHappens(_ weather: Weather) throws(WorldFault) {
        aMinutePasses()
        switch random.fraction() {
        case ..<0.45: try someoneWrites()
        case ..<0.75: try someDeviceExchanges()
        case ..<(0.75 + weather.evictions): random.pick(devices).evict(random.pick(Self.records))
        case ..<(0.85 + weather.evictions): somethingBreaks(weather.restores)
        default:
            let branch = random.pick(branches)
            if random.chance(0.7) { try branch.push(&random) }
            if random.chance(0.7) { branch.pull() }
        }
    }

    private func someoneWrites() throws(WorldFault) {
        let place = random.below(nodes.count + 2 * devices.count)
        let records = random.sample(Self.records, random.below(2) + 1)
        let author: WorldReplica = place < nodes.count ? nodes[place] : devices[(place - nodes.count) / 2]
        let made = try author.write(records, &random)
        for change in made.changes {
            guard let write = change.write else { continue }
            writes[Int(change.record.low)][write.dot] = write
        }
    }

    private func someDeviceExchanges() throws(WorldFault) {
        let device = random.pick(devices)
        let node = random.pick(nodes)
        if random.chance(0.8) {
            let cut = random.chance(0.7) ? device.own.count : random.below(device.own.count + 1)
            try device.push(to: node, first: cut, answerLost: random.chance(0.3), &random)
        }
        if random.chance(0.8) { device.pull(from: node) }
    }

    /// A backup is taken of a node, or one is copied back.
    private func somethingBreaks(_ restoring: Double) {
        guard restoring > 0 else { return }
        let place = random.below(nodes.count)
        if random.chance(0.5) {
            backups[place] = nodes[place].disk
        } else if !backups.isEmpty, random.chance(restoring) {
            let restored = random.pick(backups.keys.sorted())
            guard let disk = backups.removeValue(forKey: restored) else { return }
            replicas += 1
            nodes[restored].restore(disk, newID: replicas)
            restores += 1
        }
    }

    /// Everyone exchanges until nothing is new; what a restored node lost is witnessed on the way.
    private func settle() throws(WorldFault) {
        for round in 0..<4 {
            aMinutePasses()
            for device in devices {
                try device.push(to: random.pick(branches), first: device.own.count, answerLost: false, &random)
            }
            for branch in branches { try branch.push(&random) }
            if round == 1, restores > 0, rules.contains(.witness) { try witness() }
            for branch in branches { branch.pull() }
            for device in devices { device.pull(from: random.pick(branches)) }
        }
    }

    private func witness() throws(WorldFault) {
        for device in devices {
            let branch = random.pick(branches)
            device.witness(to: branch, &random)
            try device.push(to: branch, first: device.own.count, answerLost: false, &random)
        }
        for branch in branches {
            try branch.push(&random)
            branch.witness(&random)
            try branch.push(&random)
        }
    }
}
