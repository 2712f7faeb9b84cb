import SyncStore

/// Every database agrees with itself: hashes, digests, chains, derived fields, counts.
final class Soundness: Law {
    func judge(_ world: World) throws {
        for machine in world.settled {
            guard let fault = try machine.store?.read({ try $0.verify() }).faults.first else { continue }
            throw Violation(law: "Soundness", words: "\(machine.name): \(fault)")
        }
    }
}
