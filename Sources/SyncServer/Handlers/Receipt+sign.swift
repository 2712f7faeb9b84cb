import Foundation
import SyncCore
import SyncStore
import SyncWire

extension NodeIdentity {
    /// This node's word on what it holds of a chain.
    func receipt(of replica: ReplicaID, _ summary: ChainSummary, epoch: UInt64) -> WireSignedReceipt {
        var receipt = WireReceipt()
        receipt.replica = replica.raw
        receipt.seq = summary.head.seq
        receipt.hash = Data(summary.head.hash)
        receipt.epoch = epoch
        receipt.firstSeq = summary.firstSeq
        receipt.refusals = summary.refusals.sorted { $0.key < $1.key }.map { seq, reason in
            var refusal = WireRefusal()
            refusal.seq = seq
            refusal.code = reason.code
            refusal.messageEn = reason.messageEN
            refusal.messageZh = reason.messageZH
            return refusal
        }
        receipt.undecided = summary.undecided
        receipt.hq = isHQ
        return SignedReceipt.sign(receipt, by: key, chain: chain)
    }
}
