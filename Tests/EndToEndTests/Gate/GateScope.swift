import FieldModel
import SyncCore

/// What a scope is, whosever it is.
enum GateKind: String, CaseIterable, Hashable {
    case catalog, org, people, branch, hr, account, commercial, credit, personal, site, complaint, colleague, van
}

/// A scope of the world behind the gate, and the word that is in its records and nowhere else.
struct GateScope: Hashable {
    let number: Int
    let kind: GateKind
    /// Perth or Cairns; nil: everybody's.
    let branch: String?
    let name: String

    /// With a letter that says where it stands: `b` bytes of the attachment, `c` the other value of a conflict, `h` the past,
    /// `n` a log, `t` a note, `s` a register.
    func word(_ place: Character) -> String { "canary\(100 + number)\(place)" }

    /// The numbers of the scopes of which a word is in some bytes.
    static func heard(in bytes: [UInt8]) -> Set<Int> {
        let mark = Array("canary".utf8)
        var (numbers, start): (Set<Int>, Int) = ([], 0)
        while start + mark.count + 3 <= bytes.count {
            guard let first = bytes[start...].firstIndex(of: mark[0]), first + mark.count + 3 <= bytes.count else {
                break
            }
            if bytes[first..<first + mark.count].elementsEqual(mark),
                let number = Int(String(decoding: bytes[first + mark.count..<first + mark.count + 3], as: UTF8.self))
            {
                numbers.insert(number - 100)
            }
            start = first + 1
        }
        return numbers
    }
}

/// Where a person of the matrix stands.
enum GateStanding: String, CaseIterable {
    /// Of Perth, without an order.
    case idle
    /// Of Perth, with an open order at Perth's site.
    case busy
    /// At headquarters.
    case headquarters
}

/// What each role may see, by hand from domain.md: the scopes of its own branch, and at headquarters of all branches.
enum GateTable {
    private static let everybody: Set<GateKind> = [.catalog, .org]
    private static let office: Set<GateKind> = [.branch, .account, .site]
    private static let peopleOf: Set<GateKind> = [.people, .colleague]
    /// All that is not restricted.
    private static let open: Set<GateKind> = [
        .catalog, .org, .people, .branch, .account, .site, .colleague, .van,
    ]
    private static let work: Set<GateKind> = [.account, .site]

    /// The restricted parts that a role may see where it holds the root.
    private static let parts: [Role: Set<GateKind>] = [
        .technician: [], .serviceRep: [], .dispatcher: [], .partsKeeper: [], .surveyor: [], .admin: [],
        .supervisor: [.complaint, .hr],
        .branchManager: [.complaint, .hr, .commercial],
        .dataSteward: [.commercial],
        .accountRep: [.commercial, .credit, .personal],
        .accountRegional: [.commercial, .credit, .personal, .complaint],
        .accountHQ: [.commercial, .credit, .personal, .complaint, .hr],
        .marketingManager: [.personal],
        .executive: [.commercial, .credit, .personal, .complaint, .hr],
        .supervision: [.complaint, .hr],
        .auditor: [.commercial, .credit, .complaint, .hr],
    ]

    /// At a branch; whoever is not named has what everybody has.
    private static let branch: [Role: Set<GateKind>] = [
        .serviceRep: office, .partsKeeper: office, .dataSteward: office, .accountRep: office, .accountRegional: office,
        .dispatcher: office.union(peopleOf), .supervisor: office.union(peopleOf),
        .branchManager: office.union(peopleOf), .admin: peopleOf,
    ]

    /// Which part hangs on which root.
    private static let roots: [GateKind: GateKind] = [
        .hr: .branch, .commercial: .account, .credit: .account, .personal: .account, .complaint: .site,
    ]

    static func kinds(_ role: Role, _ standing: GateStanding) -> Set<GateKind> {
        let (opened, own) = (parts[role] ?? [], branch[role] ?? [])
        switch standing {
        case .idle: return everybody.union(own).union(opened.filter { roots[$0].map(own.contains) ?? false })
        // An order brings its site and account, and never what is restricted there.
        case .busy: return kinds(role, .idle).union(work)
        case .headquarters where role == .technician || role == .surveyor: return everybody
        case .headquarters: return open.union(opened)
        }
    }
}
