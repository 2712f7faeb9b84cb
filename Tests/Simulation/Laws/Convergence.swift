import SyncCore
@testable import SyncStore

/// Replicas that hold the same sets of a scope have the same records in it, byte for byte and in their digests; at rest each
/// has all of what is for him, and shows what HQ shows.
final class Convergence: Law {
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

    /// A scope in which a machine has not what HQ has for it; nil: there is none.
    static func differing(_ machine: Machine, _ world: World) throws -> String? {
        guard let hq = world.headquarters.store, let store = machine.store else { return nil }
        let mine = try store.read { try digests($0) }
        let theirs = try hq.read { access in
            try digests(access).filter { try access.holds(machine.charter.author, scope: $0.key) }
        }
        return Set(mine.keys).union(theirs.keys).sorted().first { mine[$0] != theirs[$0] }
    }

    private static func digests(_ access: ReadAccess) throws -> [String: ScopeSummary] {
        Dictionary(
            try access.scopeSummaries().filter { $0.records > 0 }.map { ($0.name, $0) },
            uniquingKeysWith: { _, last in last })
    }

    /// What is shown: a device has nothing of its own on top any more.
    private static func compare(_ record: TrackedRecord, _ machine: Machine, _ world: World) throws {
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
