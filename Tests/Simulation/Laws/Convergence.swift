import SyncCore
@testable import SyncStore

/// Replicas that hold the same sets of a scope have the same records in it, byte for byte and in their digests; at rest each
/// has all of what is for him, and shows what HQ shows.
final class Convergence: Law {
    /// What belongs to the writes that are known of a record, as it was seen first, and where.
    private var states: [RecordID: [KnownDots: (state: RecordState, name: String)]] = [:]

    func watch(_ machine: Machine, in world: World) throws {
        try machine.store?.read { access in
            for record in world.records where !world.isLenient(about: record.id) {
                guard let base = try access.load(record.id, type: record.entity)?.base else { continue }
                guard let first = states[record.id]?[base.known] else {
                    states[record.id, default: [:]][base.known] = (base, machine.name)
                    continue
                }
                if first.state == base { continue }
                throw Violation(
                    law: "Convergence",
                    words: "\(machine.name) and \(first.name) know the same writes of \(record.id) and hold "
                        + "\(base) and \(first.state)")
            }
        }
    }

    func judge(_ world: World) throws {
        for machine in world.settled where machine !== world.headquarters {
            if let scope = try Self.differing(machine, world) {
                throw Violation(
                    law: "Convergence",
                    words: try "\(machine.name) differs from HQ in \(scope): \(Self.difference(machine, world, scope))")
            }
            for record in world.records { try Self.compare(record, machine, world) }
        }
    }

    /// A scope of which a machine has not what HQ has for it; nil: there is none.
    static func differing(_ machine: Machine, _ world: World) throws -> String? {
        guard let hq = world.headquarters.store, let store = machine.store else { return nil }
        let mine = try store.read { try digests($0) }
        return try hq.read { access in
            let theirs = try digests(access)
            return try Set(mine.keys).union(theirs.keys).sorted().first { scope in
                try mine[scope] != theirs[scope] && access.holds(machine.charter.author, scope: scope)
            }
        }
    }

    private static func digests(_ access: ReadAccess) throws -> [String: ScopeSummary] {
        Dictionary(
            try access.scopeSummaries().filter { $0.records > 0 }.map { ($0.name, $0) },
            uniquingKeysWith: { _, last in last })
    }

    /// What is shown: a device has nothing of its own on top any more.
    private static func compare(_ record: TrackedRecord, _ machine: Machine, _ world: World) throws {
        // A salvaged device goes on showing what it made in a scope that it no longer holds: no eviction tells it.
        let isOwnAlone = try machine.store?.read { try $0.load(record.id, type: record.entity)?.base } == nil
        if machine.standing.beginnings > 0, isOwnAlone { return }
        guard let shown = try machine.store?.read({ try $0.state(of: record) }),
            let there = try world.headquarters.store?.read({ try $0.state(of: record) }), shown != there
        else { return }
        throw Violation(
            law: "Convergence",
            words: "\(machine.name) shows something else of \(record.id) than HQ: \(shown) and \(there)")
    }

    private static func difference(_ machine: Machine, _ world: World, _ scope: String) throws -> String {
        let (here, there) = (try lines(machine, scope), try lines(world.headquarters, scope))
        let mine = here.filter { !there.contains($0) }
        let theirs = there.filter { !here.contains($0) }
        return "there \(mine), at HQ \(theirs)"
    }

    private static func lines(_ machine: Machine, _ scope: String) throws -> [String] {
        var lines: [String] = []
        try machine.store?.read { try $0.dump(scope: scope) { lines.append($0) } }
        return lines
    }
}
