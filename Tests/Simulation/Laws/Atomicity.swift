import SyncCore
@testable import SyncStore

/// What one set wrote is there whole or not at all, among the records that are held.
final class Atomicity: Law {
    func watch(_ machine: Machine, in world: World) throws {
        try machine.store?.read { access in
            // What comes first of all is shown before it is whole.
            if try !machine.role.isNode && access.pulledCheckpoint() == nil { return }
            for set in world.ledger.sets where set.dots.count > 1 {
                let records = try set.dots.compactMap { part in
                    try access.load(part.record.id, type: part.record.entity).map { ($0, part.dot) }
                }
                let inBase = records.compactMap { record, dot in record.base.map { $0.known.contains(dot) } }
                let shown = records.map { record, dot in record.shown.known.contains(dot) }
                if Set(inBase).count < 2 && Set(shown).count < 2 { continue }
                // A copy may have used the same dots for something else.
                if set.dots.contains(where: { world.isLenient(about: $0.record.id) }) { continue }
                throw Violation(law: "Atomicity", words: "\(machine.name) has a part of set \(set.mark)")
            }
        }
    }
}
