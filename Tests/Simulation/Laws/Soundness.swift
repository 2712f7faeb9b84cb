import SyncStore

/// Every database agrees with itself: hashes, digests, chains, derived fields, counts.
final class Soundness: Law {
    func judge(_ world: World) throws {
        // Reading everything takes its time: one machine a seed.
        let machines = world.settled
        let machine = machines[Int(world.plan.seed % UInt64(machines.count))]
        guard let found = try machine.store?.read({ try $0.verify() }), let fault = found.faults.first else { return }
        throw Violation(law: "Soundness", words: "\(machine.name): \(fault)")
    }
}
