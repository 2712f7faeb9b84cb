import SyncCore
import Testing

@Suite("World: random histories of HQ, three branches and four devices obey the laws")
struct WorldTests {
    private static let evictions = World.Weather(evictions: 0.05, restores: 0)
    private static let restores = World.Weather(evictions: 0, restores: 0.6)
    private static let both = World.Weather(evictions: 0.05, restores: 0.6)

    @Test("with refusals, roaming and lost answers, whatever else goes wrong", arguments: [evictions, restores, both])
    func lawsHold(weather: World.Weather) {
        for seed in 0..<300 as Range<UInt64> {
            #expect(World.faults(seed: seed, weather) == [], "seed \(seed)")
        }
    }

    /// A rule, and the law that some history breaks without it.
    struct Need: Sendable, CustomStringConvertible {
        let rule: WorldRule
        let law: WorldFault.Law
        let weather: World.Weather
        var description: String { "\(rule)" }
    }

    static let needs = [
        Need(rule: .closure, law: .noGhosts, weather: evictions),
        Need(rule: .baseAndOwn, law: .convergence, weather: evictions),
        Need(rule: .ownDots, law: .exactness, weather: evictions),
        Need(rule: .newReplica, law: .oneChain, weather: restores),
        Need(rule: .witness, law: .convergence, weather: restores),
        Need(rule: .acceptedElsewhere, law: .verdictsMeanEffects, weather: restores),
        Need(rule: .verdictShown, law: .convergence, weather: restores),
    ]

    @Test("without any one of the rules some history breaks a law", arguments: needs)
    func everyRuleIsNeeded(need: Need) {
        let rules = Set(WorldRule.allCases).subtracting([need.rule])
        #expect(
            (0..<2000 as Range<UInt64>).contains { seed in
                World.faults(seed: seed, need.weather, rules: rules).contains { $0.law == need.law }
            })
    }

    @Test("no rule is left out")
    func everyRuleIsTried() { #expect(Set(Self.needs.map(\.rule)) == Set(WorldRule.allCases)) }

    @Test("what may go wrong does: sets are refused, writes come late, nodes are restored and told what they lost")
    func muchHappens() throws {
        var (refused, witnesses, restored, superseded) = (0, 0, 0, 0)
        for seed in 0..<30 as Range<UInt64> {
            let world = World(seed: seed)
            try world.run(Self.restores)
            let entries = world.hq.log.values.joined()
            refused += entries.count { $0.verdict == .refused }
            witnesses += entries.count { $0.set.set.changes.contains { $0.write == nil } }
            restored += world.restores
            superseded += world.hq.base.flatMap(\.fields).reduce(0) { $0 + $1.state.superseded.count }
        }
        #expect(refused > 20 && witnesses > 10 && restored > 30 && superseded > 5)
    }
}
