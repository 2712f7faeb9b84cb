import FieldModel
import Foundation
import SyncCore
import SyncStore

/// A store that takes part in a soak.
final class SoakParty {
    let path: String
    let role: StoreRole
    private let environment: StoreEnvironment
    private(set) var store: Store
    /// The node's record, or the device's person.
    let writer: RecordID

    init(_ role: StoreRole, path: String, environment: StoreEnvironment, writer: RecordID) throws {
        (self.path, self.role, self.environment, self.writer) = (path, role, environment, writer)
        store = try Store(path: path, role: role, environment: environment, creating: true)
        if role.isNode { try store.write { try $0.openEpoch() } }
    }

    /// As a node does that is restarted: it draws a new replica at its next own write.
    func restart() throws {
        try store.close()
        store = try Store(path: path, role: role, environment: environment, creating: false)
    }

    func commit(_ changes: [LocalChange], by author: RecordID? = nil) throws {
        try store.write { try $0.commit(changes, author: author ?? writer) }
    }

    // MARK: exchange, as SyncClient and SyncServer do it

    /// Sends a node what it has not vouched for, and takes its receipts.
    /// - Returns: sets sent.
    @discardableResult
    func push(to node: SoakParty) throws -> Int {
        try store.write { try $0.seal(measuredOffset: nil) }
        return try store.read { try $0.chains() }.filter { role.isNode || $0.own }.reduce(0) { sent, chain in
            try sent + push(chain.replica, upTo: chain.head, to: node)
        }
    }

    private func push(_ replica: ReplicaID, upTo head: UInt64, to node: SoakParty) throws -> Int {
        let vouched = try store.read { access in
            role == .device ? try access.receiptSeqs(of: replica).hq : 0
        }
        let there = try node.store.read { try $0.head(of: replica).seq }
        let known = max(vouched, there)
        if known >= head { return 0 }
        // Where somebody roams his chain begins with headquarters' receipt.
        let run = try run(of: replica, after: known, isTakenUp: there < known)
        let outcome = try node.store.write { access in
            let outcome = try access.receive(run)
            if node.role == .branch {
                try access.keep(headSignature: [UInt8](repeating: 1, count: 64), of: replica, at: head)
            }
            return outcome
        }
        guard case .accepted(let summary) = outcome else { throw StoreFailure.integrity("a run was not taken") }
        try store.write { try $0.take(receipt(summary, of: replica, by: node)) }
        return run.items.count
    }

    private func run(of replica: ReplicaID, after seq: UInt64, isTakenUp: Bool) throws -> IncomingRun {
        try store.read { access in
            let entries = try access.entries(of: replica, from: seq + 1, limit: .max, bytesMax: .max)
            let isOwn = entries.first?.own == true
            let key = try access.key(of: replica) ?? Array(writer.bytes + writer.bytes)
            let before = ChainPosition(seq: seq, hash: try access.hash(of: replica, at: seq) ?? [])
            return IncomingRun(
                replica: replica, before: before,
                items: entries.map { entry in
                    IncomingRun.Item(
                        bytes: entry.bytes ?? [], hash: entry.hash,
                        verdict: role.isNode ? entry.refusal.map(IncomingVerdict.refused) ?? .applied : nil)
                }, key: key, certificates: [], person: nil, base: isTakenUp ? before : nil,
                isRelayed: role.isNode, carrier: .none, judge: role.isNode && !isOwn ? writer : nil)
        }
    }

    private func receipt(_ summary: ChainSummary, of replica: ReplicaID, by node: SoakParty) throws -> NodeReceipt {
        NodeReceipt(
            node: Array(node.path.utf8), isHQ: node.role == .hq, epoch: try node.store.read { try $0.epoch() },
            replica: replica, summary: summary, bytes: [])
    }

    /// - Returns: how many states came.
    @discardableResult
    func pull(from node: SoakParty) throws -> Int {
        let (pulled, replicas) = try store.read { (try $0.pulledCheckpoint(), try $0.ownReplicas()) }
        let good = try pulled.flatMap { shown in try node.store.read { try $0.isGood(shown, for: writer) } ? shown : nil
        }
        let page = try node.store.read {
            try $0.page(for: writer, after: good, cursor: nil, replicas: replicas, bytesMax: .max)
        }
        guard let page, let checkpoint = page.checkpoint else { throw StoreFailure.integrity("a page is not whole") }
        try store.write { try $0.complete(page.states, losses: page.losses, checkpoint: checkpoint) }
        return page.states.count
    }

    /// Headquarters' receipts for own chains, as they come with a pull.
    func takeReceipts(of hq: SoakParty) throws {
        for replica in try store.read({ try $0.chains() }).filter({ role.isNode || $0.own }).map(\.replica) {
            let summary = try hq.store.read { try $0.summary(of: replica, from: 1) }
            let settled = try store.read { try $0.receiptSeqs(of: replica).hq }
            if summary.head.seq == settled { continue }
            try store.write { try $0.take(receipt(summary, of: replica, by: hq)) }
        }
    }
}
