/// The rules that the random histories can do without, to show that each is needed.
enum WorldRule: CaseIterable, Sendable {
    /// A write also names what the own unconfirmed writes that it overwrites had overwritten.
    case closure
    /// A device keeps what nodes told it apart from its own sets on top.
    case baseAndOwn
    /// The own n of a record outlives the record's eviction.
    case ownDots
    /// A restored node writes under a new replica.
    case newReplica
    /// What a restored node lost is sent up to it.
    case witness
    /// A refused set of which a witness or pull brings a dot had been accepted elsewhere, and is applied.
    case acceptedElsewhere
    /// A device that offers a set again shows the verdict that it has.
    case verdictShown
}

/// A law that did not hold.
struct WorldFault: Error, Hashable, CustomStringConvertible {
    enum Law: Hashable {
        case oneChain, timestampsFollowCauses, convergence, exactness, noGhosts, conservation, verdictsMeanEffects
        case counting
    }

    let law: Law
    let detail: String
    var description: String { "\(law): \(detail)" }

    static func unless(_ holds: Bool, _ law: Law, _ detail: @autoclosure () -> String) throws(WorldFault) {
        if !holds { throw WorldFault(law: law, detail: detail()) }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers everywhere for the same seed.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// In 0..<1.
    mutating func fraction() -> Double { Double(next() >> 11) / Double(1 << 53) }
    mutating func chance(_ p: Double) -> Bool { fraction() < p }
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    mutating func pick<T>(_ from: [T]) -> T { from[below(from.count)] }
    mutating func sample<T>(_ from: [T], _ count: Int) -> [T] { Array(from.shuffled(using: &self).prefix(count)) }
}
