import Foundation
@testable import SyncStore

/// What becomes of a device whose database is damaged: nothing that was not sent is lost.
extension World {
    func damage(_ machine: Machine) throws {
        guard machine.isUp, machine.role == .device, let keys = machine.keys else { return }
        let unsent = try unsentMarks(of: machine)
        // Killed, it leaves its log behind.
        if random.happens(500) {
            machine.disk.stop()
            machine.forget()
            machine.disk.start(powerSeed: nil)
        } else {
            try machine.stop()
        }
        let file = machine.database + (random.happens(300) ? "-wal" : "")
        if FileManager.default.fileExists(atPath: file) { try damage(file) }
        let outcome = try machine.salvage(keys)
        note("\(machine.name) was salvaged: \(outcome.sets.whole) and \(outcome.sets.rewritten) sets")
        guard outcome.gone.isEmpty, outcome.unreadable.isEmpty else {
            throw Violation(
                law: "Salvage",
                words: "of \(machine.name) \(outcome.gone) are gone, and \(outcome.unreadable) cannot be read")
        }
        try start(machine)
        if let lost = try unsent.subtracting(marks(on: machine)).min() {
            throw Violation(law: "Salvage", words: "\(machine.name) has lost its set \(lost), which no node has")
        }
        try noteKeptByNodes(machine)
    }

    private func marks(on machine: Machine) throws -> Set<String> {
        guard let log = try machine.store?.read({ try HeldLog($0) }) else { return [] }
        return log.applied.union(log.refused)
    }

    /// Of the sets that no node has vouched for.
    private func unsentMarks(of machine: Machine) throws -> Set<String> {
        try machine.store?.read { access in
            let sets = try access.ownReplicas().flatMap { replica in
                let first = try access.receiptSeqs(of: replica).branch + 1
                return try access.entries(of: replica, from: first, limit: .max, bytesMax: .max).filter(\.own)
            }
            return try Set(sets.compactMap { try $0.changeSet() }.flatMap(HeldLog.marks))
        } ?? []
    }

    private func damage(_ file: String) throws {
        var bytes = FileManager.default.contents(atPath: file) ?? Data()
        if bytes.isEmpty || random.happens(100) { return try FileManager.default.removeItem(atPath: file) }
        switch random.below(3) {
        case 0: for _ in 0...random.below(40) { bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8)) }
        case 1: bytes = bytes.prefix(random.below(bytes.count))
        default:
            let start = random.below(bytes.count)
            let end = min(bytes.count, start + 1 + random.below(100_000))
            bytes.resetBytes(in: start..<end)
        }
        try bytes.write(to: URL(filePath: file))
    }

    /// What a node has vouched for a salvaged device has no longer: it is safe as long as that node is.
    private func noteKeptByNodes(_ machine: Machine) throws {
        guard let log = try machine.store?.read({ try HeldLog($0) }) else { return }
        ledger.leave(writesOf: machine.number, toNodesBut: log.applied.union(log.refused))
        if all.contains(where: { $0.role.isNode && ($0.standing.wasSetBack || $0.standing.isRetired) }) {
            ledger.loseWhatOnlyNodesHave()
        }
    }
}
