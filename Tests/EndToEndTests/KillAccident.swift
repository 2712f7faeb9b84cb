import Foundation
import Testing

/// What happens to whom in one round.
enum KillAccident {
    case deviceWrites, deviceSyncs, devicesPush, branchPushes, hqTakes

    /// Thirty accidents, a third of them while a device exchanges.
    static let day: [KillAccident] = Array(
        repeating: [
            .deviceSyncs, .devicesPush, .deviceWrites, .hqTakes, .deviceSyncs, .branchPushes, .deviceWrites,
            .deviceSyncs, .hqTakes, .devicesPush,
        ], count: 3
    ).flatMap { $0 }
}

/// HQ, two branches, three devices, and what their people enter.
struct KillWorld {
    let tiers: Tiers
    let perth: ServedNode
    let guangzhou: ServedNode
    let machine: String
    var work: [KillWork]
    /// How many processes were really killed: a verb may be done before.
    var kills: Int { nodesKilled + verbsKilled }
    private(set) var (nodesKilled, verbsKilled) = (0, 0)
    private var random: SeededRandom

    init(_ tiers: Tiers, seed: UInt64) throws {
        self.tiers = tiers
        random = SeededRandom(seed: seed)
        perth = try tiers.branch("perth")
        guangzhou = try tiers.branch("guangzhou")
        machine = try tiers.machine(at: perth, serial: "EX-1")
        let chen = try tiers.device("chen", at: guangzhou, role: "technician")
        try tiers.assign("chen", to: machine)
        let came = try eventually(within: 20) { [machine] in
            try chen.sync()
            return try chen.verb("get", machine).exit == 0
        }
        try #require(came, "chen does not hear of the machine")
        work = [
            KillWork(device: try tiers.device("li", at: perth), machine: machine),
            KillWork(device: try tiers.device("wang", at: perth), machine: machine),
            KillWork(device: chen, machine: machine),
        ]
    }

    var nodes: [ServedNode] { [tiers.hq, perth, guangzhou] }
    var devices: [FieldDevice] { work.map(\.device) }

    /// Everybody enters something, then somebody's machine loses its power.
    mutating func round(_ accident: KillAccident) throws {
        for index in work.indices { try work[index].write() }
        let someone = Int.random(in: work.indices, using: &random)
        switch accident {
        case .deviceWrites: if try work[someone].write(killedAfter: moment(80)) { verbsKilled += 1 }
        case .deviceSyncs: try sync(work[someone].device, killedAfter: moment(120))
        case .devicesPush: try kill(perth, whileSyncing: Array(devices[..<2]), after: moment(200))
        case .branchPushes:
            try devices[0].sync()
            try kill(perth, whileSyncing: [], after: moment(200))
        case .hqTakes: try kill(tiers.hq, whileSyncing: [devices[0], devices[2]], after: moment(300))
        }
    }

    private mutating func moment(_ milliseconds: Int) -> Int { Int.random(in: 1...milliseconds, using: &random) }

    private mutating func sync(_ device: FieldDevice, killedAfter milliseconds: Int) throws {
        let outcome = try device.command(["sync"]).start().killed(afterMilliseconds: milliseconds)
        if outcome.exit == -SIGKILL { verbsKilled += 1 }
    }

    /// Kills a node, starts it again where it was; who was exchanging with it may say that it went away, and no more.
    private mutating func kill(
        _ node: ServedNode, whileSyncing devices: [FieldDevice], after milliseconds: Int
    ) throws {
        let syncs = try devices.map { try $0.command(["sync"]).start() }
        elapse(milliseconds: milliseconds)
        try node.kill()
        nodesKilled += 1
        for sync in syncs {
            let outcome = try sync.outcome(within: 60)
            let allowed: [Int32] = node === tiers.hq ? [0, 12] : [0, 10, 12]
            #expect(allowed.contains(outcome.exit), "sync while \(node.name) was killed: \(outcome)")
        }
        try node.serve()
    }
}
