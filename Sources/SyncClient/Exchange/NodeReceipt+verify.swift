import SyncCore
import SyncStore
import SyncWire

extension NodeReceipt {
    /// A receipt whose signature and chain are right. An expired certificate does not unsay what was signed.
    init(verifying signed: WireSignedReceipt, root: Roots) throws(WireError) {
        let verified = try SignedReceipt(verifying: signed, root: root, expiry: .ignored)
        let receipt = verified.receipt
        let refusals = receipt.refusals.map { refusal in
            (
                refusal.seq,
                RefusalReason(code: refusal.code, messageEN: refusal.messageEn, messageZH: refusal.messageZh)
            )
        }
        self.init(
            node: verified.node.key.bytes, isHQ: receipt.hq, epoch: receipt.epoch, replica: ReplicaID(receipt.replica),
            summary: ChainSummary(
                replicaHead: ChainPosition(seq: receipt.seq, hash: [UInt8](receipt.hash)), firstSeq: receipt.firstSeq,
                refusals: Dictionary(uniqueKeysWithValues: refusals), undecided: receipt.undecided),
            bytes: signed.encoded)
    }
}
