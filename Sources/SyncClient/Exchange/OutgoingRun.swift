import Foundation
import SyncCore
import SyncStore
import SyncWire

/// Consecutive sets of one chain on their way up.
struct OutgoingRun {
    let replica: ReplicaID
    let seqs: ClosedRange<UInt64>
    let content: RunContent
    let wire: WireRun

    /// Nil when the chain has nothing more to send.
    init?(of chain: OutgoingChain, within budget: RunBudget, by identity: ClientIdentity, _ access: ReadAccess) throws {
        let certificates = try access.certificates(of: chain.replica)
        let content =
            certificates == nil
            ? try access.ownContent(of: chain, within: budget, key: identity.key)
            : try access.relayedContent(of: chain, within: budget)
        guard let content, let first = content.entries.first, let head = content.head else { return nil }
        guard let before = try access.hash(of: chain.replica, at: first.seq - 1),
            head.seq - first.seq + 1 == content.entries.count
        else { throw StoreFailure.integrity("the chain of \(chain.replica) has a gap at \(first.seq)") }
        replica = chain.replica
        seqs = first.seq...head.seq
        self.content = content
        var run = WireRun()
        run.replica = replica.raw
        run.firstSeq = first.seq
        run.before = Data(before)
        run.sets = content.entries.compactMap(\.bytes).map { Data($0) }
        run.signature = Data(content.signature)
        if first.seq == 1 || !chain.isKnownThere {
            run.chain = try certificates.map(KeptChain.chain) ?? identity.chain
        }
        if let base = try access.base(of: chain.replica, endingAt: first.seq - 1) { run.base = base }
        if identity.kind == .branch {
            run.verdicts = try access.verdicts(on: chain.replica, from: first.seq, to: head, by: identity)
        }
        wire = run
    }
}

extension ReadAccess {
    /// HQ's receipt in the place of the sets before a run that are gone here: a node that never had them takes the chain
    /// up behind it. While the sets are here they are sent instead, for an HQ that was set back needs them again.
    fileprivate func base(of replica: ReplicaID, endingAt seq: UInt64) throws -> WireSignedReceipt? {
        let before = try entries(of: replica, from: seq, limit: 1, bytesMax: .max).first
        guard let before, before.seq == seq, before.bytes == nil, try receiptSeqs(of: replica).hq == seq else {
            return nil
        }
        return try hqReceipt(of: replica).map { try WireSignedReceipt(bounded: $0.bytes) }
    }

    /// what this node judged stays judged: its verdicts travel with the sets (sync-model §6).
    fileprivate func verdicts(
        on replica: ReplicaID, from first: UInt64, to head: ChainPosition, by identity: ClientIdentity
    ) throws -> WireSignedReceipt {
        let summary = try summary(of: replica, from: first)
        var receipt = WireReceipt()
        receipt.replica = replica.raw
        receipt.seq = head.seq
        receipt.hash = Data(head.hash)
        receipt.epoch = try epoch()
        receipt.firstSeq = first
        receipt.undecided = summary.undecided.filter { $0 <= head.seq }
        receipt.refusals = summary.refusals.filter { $0.key <= head.seq }.sorted { $0.key < $1.key }.map {
            var refusal = WireRefusal()
            refusal.seq = $0.key
            refusal.code = $0.value.code
            refusal.messageEn = $0.value.messageEN
            refusal.messageZh = $0.value.messageZH
            return refusal
        }
        return SignedReceipt.sign(receipt, by: identity.key, chain: identity.chain)
    }
}
