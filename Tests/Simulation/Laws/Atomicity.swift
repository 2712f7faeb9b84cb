import SyncCore
@testable import SyncStore

/// What one set wrote is there whole or not at all, among the records that are held.
final class Atomicity: Law {
    func watch(_ machine: Machine, in world: World) throws {
        guard let store = machine.store, !machine.standing.hasRoamed,
            machine.keys != nil || !machine.standing.wasSetBack && !machine.standing.isCopied
        else { return }
        try store.read { access in
            for set in world.ledger.sets where set.dots.count > 1 && set.machine != machine.number {
                let known = try set.dots.compactMap { part -> Bool? in
                    try access.load(part.record.id, type: part.record.entity)?.base.map { $0.known.contains(part.dot) }
                }
                guard Set(known).count > 1 else { continue }
                throw Violation(law: "Atomicity", words: "\(machine.name) has a part of set \(set.mark)")
            }
        }
    }
}
