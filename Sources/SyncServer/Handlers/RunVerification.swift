import Foundation
import SyncCore
import SyncStore
import SyncWire

/// A pushed run as far as it can be judged without the store.
enum VerifiedRun: Sendable {
    /// With the author's signature over its head, for whoever relays it.
    case good(IncomingRun, signature: [UInt8])
    /// It came without certificates, and none are kept of its replica, or others than its author's: he sends them.
    case unknownAuthor(WireRun)
    /// Nothing of it enters the log.
    case rejected(WireRun, code: ErrorCode, message: String)
}

/// Checks the form, the chain of hashes, the signature and the certificates of runs.
struct RunVerification: Sendable {
    let root: Roots
    let session: Session
    /// Whether it came in a bundle.
    var isBundled = false

    /// - Parameter kept: the certificates that this node keeps of the replica.
    func verify(_ run: WireRun, kept: [WireSignedCertificate]? = nil) -> VerifiedRun {
        guard run.chain.isEmpty, run.firstSeq > 1 else { return verify(whole: run) }
        guard let kept else { return .unknownAuthor(run) }
        var authored = run
        authored.chain = kept
        let verified = verify(whole: authored)
        if case .rejected(_, code: .badSignature, _) = verified { return .unknownAuthor(run) }
        return verified
    }

    private func verify(whole run: WireRun) -> VerifiedRun {
        do {
            let signed = try SignedRun(verifying: run, root: root)
            guard session.mayPush(runOf: signed.author) else {
                return .rejected(run, code: .scopeDenied, message: "a device pushes its own runs only")
            }
            return .good(try incoming(signed, run), signature: [UInt8](run.signature))
        } catch {
            return .rejected(run, code: error.code, message: error.detail)
        }
    }

    private func incoming(_ signed: SignedRun, _ run: WireRun) throws(WireError) -> IncomingRun {
        let verdicts = try verdicts(on: signed, run)
        var items: [IncomingRun.Item] = []
        var keys: Set<UInt64> = []
        for (index, bytes) in signed.sets.enumerated() {
            let seq = signed.before.seq + UInt64(index) + 1
            // Only to see that it can be read, and with which keys.
            keys.formUnion(try ChangeSetCodec.decode(bytes, replica: signed.replica).sealingKeys)
            items.append(
                IncomingRun.Item(bytes: bytes, hash: signed.hashes[index], verdict: verdicts?.verdict(on: seq)))
        }
        return IncomingRun(
            replica: signed.replica, before: signed.before, items: items, key: signed.author.key.bytes,
            certificates: KeptChain.bytes(run.chain), person: signed.author.user,
            device: signed.author.isNode ? nil : signed.author.subject, base: try base(of: run),
            isRelayed: session.branch != nil,
            carrier: isBundled ? .bundle(session.id) : .session(session.id), judge: verdicts?.judge, sealingKeys: keys)
    }

    /// Where HQ vouches that the chain stands, when the sets before the run are gone where it comes from; of any epoch.
    private func base(of run: WireRun) throws(WireError) -> ChainPosition? {
        guard run.hasBase else { return nil }
        let receipt = try SignedReceipt(verifying: run.base, root: root, expiry: .ignored).receipt
        guard receipt.hq, receipt.replica == run.replica else { throw .untrusted("no receipt of HQ for this chain") }
        return ChainPosition(seq: receipt.seq, hash: [UInt8](receipt.hash))
    }

    /// the verdicts that the sets have already: a node's own sets are judged by being made, others by the node whose
    /// signed receipt comes with them.
    private func verdicts(on chain: SignedRun, _ run: WireRun) throws(WireError) -> EarlierVerdicts? {
        if chain.author.isNode { return .ownWrites }
        guard run.hasVerdicts else { return nil }
        let signed = try SignedReceipt(verifying: run.verdicts, root: root, expiry: .ignored)
        let receipt = signed.receipt
        guard receipt.replica == run.replica else { throw .untrusted("a receipt of another replica's chain") }
        // A receipt whose head is a set of this run must speak of these very bytes.
        if receipt.seq >= run.firstSeq, receipt.seq - run.firstSeq < UInt64(chain.hashes.count),
            chain.hashes[Int(receipt.seq - run.firstSeq)] != [UInt8](receipt.hash)
        {
            throw .untrusted("a receipt of another chain")
        }
        return .receipt(receipt, judge: signed.node.subject)
    }
}

private enum EarlierVerdicts {
    case ownWrites
    case receipt(WireReceipt, judge: RecordID)

    /// The record of the node that gave them.
    var judge: RecordID? { if case .receipt(_, let judge) = self { judge } else { nil } }

    /// Nil: nobody has judged the set.
    func verdict(on seq: UInt64) -> IncomingVerdict? {
        guard case .receipt(let receipt, _) = self else { return .applied }
        guard receipt.firstSeq <= seq, seq <= receipt.seq, !receipt.undecided.contains(seq) else { return nil }
        guard let refusal = receipt.refusals.first(where: { $0.seq == seq }) else { return .applied }
        return .refused(
            RefusalReason(code: refusal.code, messageEN: refusal.messageEn, messageZH: refusal.messageZh))
    }
}
