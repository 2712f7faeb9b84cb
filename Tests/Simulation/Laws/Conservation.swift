import SyncStore

/// Every set that was made has exactly one verdict at HQ, at last.
final class Conservation: Law {
    func judge(_ world: World) throws {
        guard let store = world.headquarters.store else { return }
        let log = try store.read { try HeldLog($0) }
        if log.doubled > 0 {
            throw Violation(law: "Conservation", words: "\(log.doubled) sets are twice in HQ's log")
        }
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
