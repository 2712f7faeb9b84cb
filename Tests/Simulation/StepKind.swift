/// What can happen in a simulated world.
enum StepKind: String, CaseIterable {
    case write, create, pair, delete, unpermitted, newer
    case settle
    case exchange, roam, goHome
    case wait, waitLong, clock
    case restart
    case cut, mend
    case copy, backup, setBack
    case moveSite, moveRecord, grant, revokeGrant, revokeDevice, retire
    /// Only where devices are sealed, and drawn apart from the others.
    case damage

    /// How often each is in the list that a seed draws from.
    private var usual: Int {
        switch self {
        case .exchange: 120
        case .write: 100
        case .create, .pair: 12
        case .delete: 5
        case .unpermitted: 10
        case .settle: 8
        case .newer: 3
        case .roam, .goHome: 8
        case .wait: 10
        case .waitLong: 2
        case .clock: 5
        case .restart: 6
        case .cut, .mend: 5
        case .copy: 2
        case .backup: 4
        case .setBack: 3
        case .moveSite, .moveRecord: 5
        case .grant, .revokeGrant: 4
        case .revokeDevice, .retire: 1
        case .damage: 0
        }
    }

    /// Kinds as often as they are drawn. Every seed leaves some out: what is seldom together hides least.
    static func mix(_ random: inout SimRandom) -> [StepKind] {
        allCases.flatMap { kind -> [StepKind] in
            if kind.usual == 0 { return [] }
            let isKept = [.write, .exchange].contains(kind) || random.happens(650)
            return isKept ? Array(repeating: kind, count: kind.usual) : []
        }
    }
}
