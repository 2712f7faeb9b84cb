import SyncStore

/// Its author knows of every set what HQ says of it.
final class Verdicts: Law {
    func judge(_ world: World) throws {
        guard let log = try world.headquarters.store?.read({ try HeldLog($0) }) else { return }
        for machine in world.settled where machine !== world.headquarters {
            guard let own = try machine.store?.read({ try HeldLog($0) }) else { continue }
            // What was accepted anywhere, or written again, has no refusal left.
            let wrong = own.applied.subtracting(log.applied).intersection(log.refused)
                .union(own.refused.subtracting(own.applied).intersection(log.applied).subtracting(log.refused))
                .union(own.undecided.intersection(log.applied.union(log.refused)))
            guard let mark = wrong.min() else { continue }
            throw Violation(
                law: "Verdicts", words: "\(machine.name) does not know what HQ says of its set \(mark)")
        }
    }
}
