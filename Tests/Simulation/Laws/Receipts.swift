import Foundation
import GRDB
import SyncCore
@testable import SyncStore
import SyncWire

/// What a node signed that it has, it has, as long as its epoch lasts.
final class Receipts: Law {
    func watch(_ machine: Machine, in world: World) throws {
        for node in world.all where node !== machine && node.role.isNode && !node.standing.isRetired {
            // A node that was put back may not know it yet.
            if let then = node.standing.awareness, try node.awareness() == then { continue }
            try Self.look(at: machine, node)
        }
    }

    private static func look(at machine: Machine, _ node: Machine) throws {
        guard let given = try machine.store?.read({ try receipts(of: node, $0) }) else { return }
        try node.store?.read { access in
            let epoch = try access.epoch()
            for receipt in given where receipt.epoch == epoch && receipt.head.seq > 0 {
                if try has(receipt, access) { continue }
                throw Violation(
                    law: "Receipts",
                    words: "\(machine.name) has a receipt of \(node.name) for set \(receipt.head.seq) of "
                        + "\(receipt.replica), which is not there")
            }
        }
    }

    private struct Given {
        let replica: ReplicaID
        let head: ChainPosition
        let epoch: UInt64
    }

    private static func receipts(of node: Machine, _ access: ReadAccess) throws -> [Given] {
        let key = Data(node.charter.key.publicKey.bytes)
        let sql = "SELECT replica, seq, hash, epoch FROM receipt WHERE node = ?"
        return try Row.fetchAll(access.db, sql: sql, arguments: [key]).map { row in
            Given(
                replica: try access.names.replica(row[0]),
                head: ChainPosition(seq: UInt64(row[1] as Int64), hash: [UInt8](row[2] as Data)),
                epoch: UInt64(bitPattern: row[3] as Int64))
        }
    }

    private static func has(_ receipt: Given, _ access: ReadAccess) throws -> Bool {
        if try access.hash(of: receipt.replica, at: receipt.head.seq) == receipt.head.hash { return true }
        return try access.otherSides(of: receipt.replica).contains {
            try access.hash(of: $0, at: receipt.head.seq) == receipt.head.hash
        }
    }

    func judge(_ world: World) throws {
        for machine in world.settled where machine !== world.headquarters {
            // At rest HQ knows when it was put back.
            try Self.look(at: machine, world.headquarters)
            guard machine.role == .device, let counts = try machine.store?.read({ try $0.receiptCounts() }) else {
                continue
            }
            if counts.local == 0 && counts.branch == 0 { continue }
            throw Violation(
                law: "Receipts",
                words: "\(machine.name) has \(counts.local) sets at no node and \(counts.branch) that are not at HQ")
        }
    }
}
