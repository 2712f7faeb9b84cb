import SyncStore

/// Every set that was made has exactly one verdict at HQ, at last.
final class Conservation: Law {
    func judge(_ world: World) throws {
        guard let store = world.headquarters.store else { return }
        for machine in world.settled {
            guard let doubled = try machine.store?.read({ try HeldLog($0) }).doubled, doubled > 0 else { continue }
            throw Violation(law: "Conservation", words: "\(doubled) sets are twice in the log of \(machine.name)")
        }
        let log = try store.read { try HeldLog($0) }
        if !log.undecided.isEmpty {
            throw Violation(law: "Conservation", words: "HQ has not judged \(log.undecided.sorted())")
        }
        for set in world.ledger.sets where set.machine >= 0 && !set.mayBeLost {
            if log.applied.contains(set.mark) || log.refused.contains(set.mark) { continue }
            let name = world.machines[set.machine]?.name ?? "?"
            throw Violation(law: "Conservation", words: "HQ never got set \(set.mark) of \(name)")
        }
    }
}
