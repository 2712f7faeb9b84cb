import Foundation
import SyncCore
import SyncStore
import SyncWire

extension ExchangeNode {
    func pull(_ request: WirePullRequest, by holder: RecordID) throws -> WirePullResponse {
        for head in request.heads {
            let here = try store.read { try $0.hash(of: ReplicaID(head.replica), at: head.seq) }
            if let here, here != [UInt8](head.hash) { throw ExchangeRefusal(.replicaForked) }
        }
        let checkpoint = request.hasCheckpoint ? Checkpoint(request.checkpoint) : nil
        if let checkpoint { try demandGood(checkpoint) }
        let page = try store.read { access in
            try access.page(
                for: holder, after: checkpoint, cursor: [UInt8](request.cursor),
                replicas: request.heads.map { ReplicaID($0.replica) }, bytesMax: pageBytesMax)
        }
        guard let page else { throw ExchangeRefusal(.badCheckpoint) }
        var answer = WirePullResponse()
        answer.states = page.states.map { Data($0) }
        answer.cursor = Data(page.cursor)
        answer.receipts = try request.heads.compactMap { try hqReceipt(for: ReplicaID($0.replica)) }
        if let checkpoint = page.checkpoint {
            answer.complete = true
            answer.checkpoint = WireCheckpoint(checkpoint)
            answer.dropped = page.losses.dropped
            answer.evicted = page.losses.evicted.map { Data($0.bytes) }
        }
        return answer
    }

    private func demandGood(_ checkpoint: Checkpoint) throws {
        try noticeSetBack(by: checkpoint)
        guard try store.read({ try $0.decide(checkpoint) }) == .good else { throw ExchangeRefusal(.epochChanged) }
    }

    func noticeSetBack(by shown: Checkpoint) throws {
        guard try store.read({ try $0.decide(shown) }) == .rolledBack else { return }
        try store.write { try $0.openEpoch() }
    }

    private func hqReceipt(for replica: ReplicaID) throws -> WireSignedReceipt? {
        if isHQ {
            let summary = try store.read { try $0.summary(of: replica, from: 1) }
            return summary.head.seq == 0 ? nil : try receipt(summary, of: replica)
        }
        return try store.read { try $0.hqReceipt(of: replica) }.map { try WireSignedReceipt(bounded: $0.bytes) }
    }

    func reconcile(_ request: WireReconcileRequest, by holder: RecordID) throws -> WireReconcileResponse {
        var answer = WireReconcileResponse()
        if !request.ranges.isEmpty {
            var before = 0
            for ranges in request.ranges {
                let theirs = Self.following(ranges)
                answer.differingRanges += try store.read { try $0.differing(theirs, for: holder) }.map {
                    UInt32(before + $0)
                }
                before += theirs.count
            }
            return answer
        }
        if request.listed.isEmpty {
            let theirs = request.digests.map {
                ScopeSummary(
                    name: $0.scope, digest: ScopeDigest(sum: UInt128($0.high) << 64 | UInt128($0.low)),
                    records: Int($0.records))
            }
            answer.checkpoint = WireCheckpoint(try store.read { try $0.ownCheckpoint() })
            let compared = try store.read { try $0.compare(theirs, for: holder) }
            (answer.differing, answer.dropped, answer.unheld) = (compared.differing, compared.dropped, compared.unheld)
            return answer
        }
        let listed = request.listed.map { listed in
            ListedRange(
                range: IDRange(scope: listed.scope, after: [UInt8](listed.after), upto: [UInt8](listed.upto)),
                hashes: Set(listed.hashes))
        }
        let compared = try store.read { try $0.compare(listed, for: holder, bytesMax: pageBytesMax) }
        answer.states = compared.states.map { Data($0) }
        answer.unknown = compared.unknown
        answer.evicted = compared.evicted.map { Data($0.bytes) }
        answer.recovering = try store.read { try $0.isRecovering() }
        if let resume = compared.resume {
            answer.resume.range = UInt32(resume.range)
            answer.resume.after = Data(resume.after)
        }
        return answer
    }

    private static func following(_ wire: WireSummedRanges) -> [RangeSum] {
        var after = [UInt8](wire.after)
        return zip(wire.upto, wire.sums).map { end, sum in
            defer { after = [UInt8](end) }
            let range = IDRange(scope: wire.scope, after: after, upto: [UInt8](end))
            return RangeSum(range: range, records: 0, sum: sum)
        }
    }
}
