import SyncCore
import SyncStore

/// What a node signed that it has, it has, as long as its epoch lasts.
final class Receipts: Law {
    func watch(_ machine: Machine, in world: World) throws {
        guard machine.role == .device, let store = machine.store, let hq = world.headquarters.store,
            !world.headquarters.standing.wasSetBack
        else { return }
        let receipts = try store.read { access in
            try access.ownReplicas().compactMap { replica in try access.hqReceipt(of: replica).map { (replica, $0) } }
        }
        try hq.read { access in
            let epoch = try access.epoch()
            for (replica, receipt) in receipts where receipt.epoch == epoch {
                let seq = try access.head(of: replica).seq
                if seq >= receipt.seq { continue }
                throw Violation(
                    law: "Receipts",
                    words: "\(machine.name) has HQ's receipt for set \(receipt.seq) of \(replica), HQ has \(seq)")
            }
        }
    }

    func judge(_ world: World) throws {
        for machine in world.settled where machine.role == .device {
            guard let counts = try machine.store?.read({ try $0.receiptCounts() }) else { continue }
            if counts.local == 0 && counts.branch == 0 { continue }
            throw Violation(
                law: "Receipts",
                words: "\(machine.name) has \(counts.local) sets at no node and \(counts.branch) that are not at HQ")
        }
    }
}
