import SyncCore
import SyncWire

/// SplitMix64: the same values for the same seed, on every machine.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}

/// Random values, change sets and states such as replicas make them.
struct WireSamples {
    static let replicas: [UInt64] = [0, 1, 2, 0x7FFF_FFFF_FFFF_FFFF, 0xFEDC_BA98_7654_3210, .max]
    var random: Seeded

    init(seed: UInt64) { random = Seeded(seed: seed) }

    mutating func id() -> RecordID {
        RecordID(milliseconds: Int64(random.below(1 << 41)), random: (random.next(), random.next()))
    }

    mutating func dot() -> Dot {
        Dot(ReplicaID(random.pick(Self.replicas)), UInt64(random.pick([1, 2, 3, 5, 127, 128, 300, 1 << 40])))
    }

    mutating func timestamp() -> Timestamp {
        Timestamp(
            milliseconds: random.pick([0, 1, 1_764_000_000_000, Limits.timestampMillisecondsMax]),
            counter: random.pick([0, 1, 200, .max]))
    }

    mutating func dots() -> KnownDots { KnownDots((0..<random.below(6)).map { _ in dot() }) }

    mutating func text() -> String {
        random.pick(["", "压缩机异响", "seized bearing", "e\u{301}", "é", "\u{0}", String(repeating: "长", count: 100)])
    }

    mutating func integer() -> Int64 { random.pick([0, 1, -1, 64, -65, .max, .min, Int64(random.below(1 << 30))]) }

    /// - Parameter opaque: whether the value may be of a kind that this version does not know.
    mutating func value(opaque: Bool = true) -> Value {
        switch random.below(opaque ? 11 : 10) {
        case 0: .text(text())
        case 1: .integer(integer())
        case 2: .decimal(unscaled: integer(), scale: UInt8(random.below(19)))
        case 3: .bool(random.chance(50))
        case 4:
            .instant(
                milliseconds: random.pick([0, -1, 1_764_000_000_000, Limits.instantMilliseconds.lowerBound]),
                offsetMinutes: random.pick([0, 480, -210, 1080, -1080]))
        case 5: .date(days: random.pick([0, -1, 20_000, Limits.dateDays.upperBound]))
        case 6: .money(minor: integer(), currency: random.pick(["CNY", "AUD"]))
        case 7: .reference(id())
        case 8: .known(dots())
        case 9:
            .sealed(key: UInt64(random.below(1 << 30)), content: [UInt8](repeating: 7, count: 29 + random.below(200)))
        default:
            random.pick([
                .opaque(kind: 12, bytes: [0x60, 0x05]), .opaque(kind: 12, bytes: [0x62, 0x02, 0xFF, 0x00]),
                .opaque(kind: 13, bytes: [0x69, 1, 2, 3, 4, 5, 6, 7, 8]), .opaque(kind: 14, bytes: [0x75, 1, 2, 3, 4]),
            ])
        }
    }

    mutating func fields(opaque: Bool = true) -> [FieldWrite] {
        (0..<random.below(5)).map { index in
            FieldWrite(
                tag: FieldTag(1 + index * random.pick([1, 20])), value: random.chance(80) ? value(opaque: opaque) : nil,
                overwrites: (0..<random.below(4)).map { _ in dot() })
        }.uniqueByTag
    }

    mutating func change(replica: ReplicaID, opaque: Bool = true) -> Change {
        let record = id()
        let type = TypeTag(1 + random.below(300))
        if random.chance(15) { return Change(type: type, record: record, effect: .witness(state(opaque: opaque))) }
        if random.chance(15) { return Change(type: type, record: record, write: ruleWrite(type, record, opaque)) }
        let dot = Dot(replica, UInt64(1 + random.below(500)))
        let write = Write(dot: dot, creates: random.chance(30), fields: fields(opaque: opaque))
        return Change(type: type, record: record, write: write)
    }

    private mutating func ruleWrite(_ type: TypeTag, _ record: RecordID, _ opaque: Bool) -> Write {
        let derived = fields(opaque: opaque).map { FieldWrite(tag: $0.tag, value: $0.value) }
        return RuleWrite.write(type: type, record: record, rule: id(), fields: derived)
    }

    mutating func changeSet(replica: ReplicaID, opaque: Bool = true) -> ChangeSet {
        ChangeSet(
            timestamp: timestamp(), author: id(), replaces: random.chance(20) ? Hash.sha256([1]) : nil,
            changes: (0..<random.below(5)).map { _ in change(replica: replica, opaque: opaque) })
    }

    /// What is left after some writes that overwrote one another, some of them not yet delivered.
    mutating func state(opaque: Bool = true) -> RecordState {
        var state = RecordState()
        let authors = [id(), id()]
        for _ in 0..<random.below(6) {
            let write = Write(dot: dot(), fields: fields(opaque: opaque))
            state.apply(write, timestamp: timestamp(), author: random.pick(authors))
        }
        return state
    }
}

extension [FieldWrite] {
    fileprivate var uniqueByTag: [FieldWrite] {
        var seen: Set<FieldTag> = []
        return filter { seen.insert($0.tag).inserted }
    }
}
