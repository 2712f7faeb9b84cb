import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire

extension ExchangeNode {
    func push(_ request: WirePushRequest) throws -> WirePushResponse {
        var answer = WirePushResponse()
        if request.hasCheckpoint { try noticeSetBack(by: Checkpoint(request.checkpoint)) }
        answer.results = try request.runs.map { run in
            do { return try result(of: run) } catch let error as WireError {
                //
                if run.chain.isEmpty, run.firstSeq > 1, error.code == .badSignature {
                    return Self.gap(run.replica, next: 1)
                }
                return Self.rejected(run.replica, error.code, error.detail)
            }
        }
        answer.checkpoint = WireCheckpoint(try store.read { try $0.ownCheckpoint() })
        return answer
    }

    private func result(of wire: WireRun) throws -> WireRunResult {
        var wire = wire
        if wire.chain.isEmpty, wire.firstSeq > 1 {
            guard let kept = try store.read({ try $0.certificates(of: ReplicaID(wire.replica)) }) else {
                return Self.gap(wire.replica, next: 1)
            }
            wire.chain = try KeptChain.chain(kept)
        }
        let run = try SignedRun(verifying: wire, root: root)
        let incoming = try incoming(run, wire)
        let outcome = try store.write { access in
            let outcome = try access.receive(incoming)
            if case .accepted = outcome {
                let last = run.before.seq + UInt64(run.sets.count)
                try access.keep(headSignature: [UInt8](wire.signature), of: run.replica, at: last)
            }
            return outcome
        }
        var result = WireRunResult()
        result.replica = wire.replica
        switch outcome {
        case .accepted(let summary): result.receipt = try receipt(summary, of: run.replica)
        case .gap(let next): return Self.gap(wire.replica, next: next)
        case .forked(let seq):
            result.outcome = .forked
            result.forkedSeq = seq ?? 0
        case .owned: return Self.rejected(wire.replica, .replicaOwned, "it is another key's")
        }
        return result
    }

    private static func gap(_ replica: UInt64, next: UInt64) -> WireRunResult {
        var result = WireRunResult()
        result.replica = replica
        result.outcome = .gap
        result.nextSeq = next
        return result
    }

    private static func rejected(_ replica: UInt64, _ code: ErrorCode, _ message: String) -> WireRunResult {
        var result = WireRunResult()
        result.replica = replica
        result.outcome = .rejected
        result.code = code.rawValue
        result.message = message
        return result
    }

    private func incoming(_ run: SignedRun, _ wire: WireRun) throws -> IncomingRun {
        let verdicts =
            wire.hasVerdicts ? try SignedReceipt(verifying: wire.verdicts, root: root, expiry: .ignored) : nil
        let items = try zip(run.sets, run.hashes).enumerated().map { index, set in
            _ = try ChangeSetCodec.decode(set.0, replica: run.replica)
            return IncomingRun.Item(
                bytes: set.0, hash: set.1,
                verdict: Self.verdict(verdicts?.receipt, on: run.before.seq + UInt64(index) + 1))
        }
        let base = wire.hasBase ? try SignedReceipt(verifying: wire.base, root: root, expiry: .ignored).receipt : nil
        return IncomingRun(
            replica: run.replica, before: run.before, items: items, key: run.author.key.bytes,
            certificates: KeptChain.bytes(wire.chain), person: run.author.user,
            base: base.map { ChainPosition(seq: $0.seq, hash: [UInt8]($0.hash)) }, isRelayed: false)
    }

    private static func verdict(_ receipt: WireReceipt?, on seq: UInt64) -> IncomingVerdict? {
        guard let receipt, !receipt.undecided.contains(seq) else { return nil }
        guard let refusal = receipt.refusals.first(where: { $0.seq == seq }) else { return .applied }
        return .refused(
            RefusalReason(code: refusal.code, messageEN: refusal.messageEn, messageZH: refusal.messageZh))
    }

    func receipt(_ summary: ChainSummary, of replica: ReplicaID) throws -> WireSignedReceipt {
        var receipt = WireReceipt()
        receipt.replica = replica.raw
        receipt.seq = summary.head.seq
        receipt.hash = Data(summary.head.hash)
        receipt.epoch = try store.read { try $0.epoch() }
        receipt.firstSeq = summary.firstSeq
        receipt.undecided = summary.undecided
        receipt.refusals = summary.refusals.sorted { $0.key < $1.key }.map {
            var refusal = WireRefusal()
            refusal.seq = $0.key
            refusal.code = $0.value.code
            refusal.messageEn = $0.value.messageEN
            refusal.messageZh = $0.value.messageZH
            return refusal
        }
        receipt.hq = isHQ
        return SignedReceipt.sign(receipt, by: key, chain: chain)
    }
}
