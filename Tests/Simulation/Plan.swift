import SyncWire

/// Everything that a seed decides: the organisation, how bad its lines are, and what happens in which order.
struct Plan {
    let seed: UInt64
    let shape: Shape
    let weather: Weather
    /// The devices' files are sealed, as those of real ones are: then they have a journal, know when they were copied or set
    /// back, and are salvaged when they are damaged.
    let isSealed: Bool
    var steps: [Step]

    /// - Parameter hasRestores: in one seed of five a node is set back besides.
    init(seed: UInt64, hasRestores: Bool = false) {
        self.seed = seed
        var random = SimRandom(seed, part: 1)
        shape = Shape(&random)
        weather = Weather(&random)
        let mix = StepKind.mix(&random)
        let count = 30 + random.below(50)
        let slots = shape.machines.count + Shape.copiesMax
        steps = (0..<count).map { number in
            Step(
                number: number, kind: mix[random.below(mix.count)], slot: random.below(slots), word: random.next(),
                isCalm: false)
        }
        // Draws of their own, so that they change nothing else in a seed.
        var sealing = SimRandom(seed, part: 3)
        isSealed = sealing.happens(300)
        if isSealed {
            for _ in 0..<sealing.below(4) { insert(.damage, slot: sealing.below(slots), &sealing) }
            for _ in 0..<sealing.below(1 + Shape.copiesMax) { insert(.copy, slot: sealing.below(slots), &sealing) }
        }
        var restoring = SimRandom(seed, part: 4)
        if hasRestores, restoring.happens(200) {
            let node = restoring.below(shape.nodes)
            let backup = insert(.backup, slot: node, &restoring)
            insert(.setBack, slot: node, after: backup, &restoring)
        }
    }

    /// One more step, anywhere behind another one.
    /// - Returns: its place.
    @discardableResult
    private mutating func insert(
        _ kind: StepKind, slot: Int, after place: Int = -1, _ random: inout SimRandom
    ) -> Int {
        let step = Step(number: steps.count, kind: kind, slot: slot, word: random.next(), isCalm: false)
        let place = place + 1 + random.below(steps.count - place)
        steps.insert(step, at: place)
        return place
    }
}

/// Who takes part: the numbers of the template's machines, HQ first.
struct Shape {
    static let copiesMax = 2
    let machines: [Int]
    /// How many of them are nodes.
    let nodes: Int

    init(_ random: inout SimRandom) {
        let branches = 1 + random.below(3)
        let able = Template.devices.indices.filter { Template.devices[$0].home <= branches }
        let count = min(able.count, 2 + random.below(4))
        let devices = able.shuffled(using: &random).prefix(count).sorted()
        nodes = 1 + branches
        machines = Array(0...branches) + devices.map { 1 + Template.branches.count + $0 }
    }
}

/// What happens to requests, each in so many of a thousand.
struct Weather {
    let requestLost: Int
    let answerLost: Int
    /// It arrives twice.
    let doubled: Int
    /// It arrives after its sender gave it up, among others.
    let late: Int
    let cut: Int
    /// Something else happens while it is on its way.
    let crossed: Int
    /// The node is started anew behind it.
    let restarted: Int
    /// It takes some minutes.
    let slow: Int
    /// A disk fails during a step.
    let disk: Int
    /// What nodes have room for: a pull of many pages meets more.
    let pageBytesMax: Int

    static let calm = Weather()

    private init() {
        (requestLost, answerLost, doubled, late, cut, crossed, restarted, slow, disk) = (0, 0, 0, 0, 0, 0, 0, 0, 0)
        pageBytesMax = Limits.pageBytesMax
    }

    init(_ random: inout SimRandom) {
        let worst = [0, 30, 80, 200][random.below(4)]
        func some(_ random: inout SimRandom) -> Int { random.below(worst + 1) }
        requestLost = some(&random)
        answerLost = some(&random)
        doubled = some(&random)
        late = some(&random) / 2
        cut = some(&random) / 4
        crossed = some(&random)
        restarted = some(&random) / 8
        slow = some(&random) / 2
        disk = [0, 0, 30, 100][random.below(4)]
        pageBytesMax = [Limits.pageBytesMax, 2_000, 300, 1][random.below(4)]
    }
}

/// One thing that happens. What it draws comes out of its own word, so that it is the same when others are left out.
struct Step: Hashable {
    let number: Int
    let kind: StepKind
    /// Whom it happens to: a place in the list of machines; nobody may stand there.
    let slot: Int
    let word: UInt64
    /// Lines and disks do nothing bad meanwhile.
    var isCalm: Bool
}
