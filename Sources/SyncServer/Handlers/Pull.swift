import Foundation
import SyncCore
import SyncStore
import SyncWire

/// What a puller gets, all of one snapshot.
struct Pull: Sendable {
    enum Found: Sendable {
        case page(WirePullResponse)
        case foreign
        case rolledBack
        case forked(ReplicaID)
    }

    let identity: NodeIdentity
    let asked: WirePullRequest
    let bytesMax: Int

    func look(_ access: ReadAccess) throws -> Found {
        let epoch = try access.epoch()
        let checkpoint = asked.hasCheckpoint ? Checkpoint(asked.checkpoint) : nil
        if let checkpoint {
            switch try access.decide(checkpoint) {
            case .good: break
            case .foreign: return .foreign
            case .rolledBack: return .rolledBack
            }
        }
        if let forked = try forkedReplica(access) { return .forked(forked) }
        let cursor = PageCursor(bytes: [UInt8](asked.cursor))
        if let cursor, cursor.epoch != epoch { return .foreign }
        let page = try access.page(after: checkpoint, cursor: cursor?.place, bytesMax: bytesMax)
        var answer = response(page, epoch: epoch)
        //
        answer.bootstrapping = try identity.role == .branch && access.pulledCheckpoint() == nil
        let news = page.checkpoint.map(\.position) != checkpoint.map(\.position)
        answer.receipts = try asked.heads.flatMap { try receipts(for: $0, news: news, epoch: epoch, access) }
        return .page(answer)
    }

    /// a chain of the puller's of which another set stands here at its head. A head that is not here yet tells nothing.
    private func forkedReplica(_ access: ReadAccess) throws -> ReplicaID? {
        for head in asked.heads {
            let replica = ReplicaID(head.replica)
            if let here = try access.hash(of: replica, at: head.seq), here != [UInt8](head.hash) { return replica }
        }
        return nil
    }

    private func response(_ page: PulledPage, epoch: UInt64) -> WirePullResponse {
        var answer = WirePullResponse()
        answer.states = page.states.map { Data($0) }
        if let checkpoint = page.checkpoint {
            answer.complete = true
            answer.checkpoint = WireCheckpoint(checkpoint)
        } else {
            answer.cursor = Data(PageCursor(epoch: epoch, place: page.cursor).bytes)
        }
        return answer
    }

    /// HQ's newest receipt of a chain, and this node's own where it holds verdicts that the author may not know; both only
    /// when something was committed here since the checkpoint. Always this node's own when it holds more of the chain than
    /// its author: a copy, or one that was set back, learns from it what it is.
    private func receipts(
        for head: WireChainHead, news: Bool, epoch: UInt64, _ access: ReadAccess
    ) throws -> [WireSignedReceipt] {
        let replica = ReplicaID(head.replica)
        let isAhead = try access.head(of: replica).seq > head.seq
        guard news || isAhead else { return [] }
        var receipts: [WireSignedReceipt] = []
        let summary = try access.summary(of: replica, from: 1)
        if isAhead || !summary.refusals.isEmpty {
            receipts.append(identity.receipt(of: replica, summary, epoch: epoch))
        }
        if let bytes = try access.hqReceipt(of: replica) { receipts.append(try WireSignedReceipt(bounded: bytes)) }
        return receipts
    }
}

extension WriteAccess {
    /// The node once gave this checkpoint and does not know it: every checkpoint that it gave is void. Asked inside the
    /// transaction, so that two pullers who notice it open one epoch.
    /// - Returns: whether a new epoch was opened.
    func openEpoch(ifRolledBackBefore shown: Checkpoint) throws -> Bool {
        guard try decide(shown) == .rolledBack else { return false }
        try noticeSetBack("it was shown a checkpoint of position \(shown.position) that it does not know")
        return true
    }
}

/// Where a pull goes on: the store's own place, and the epoch in which it means anything.
private struct PageCursor {
    let epoch: UInt64
    let place: [UInt8]

    init(epoch: UInt64, place: [UInt8]) {
        self.epoch = epoch
        self.place = place
    }

    init?(bytes: [UInt8]) {
        guard bytes.count > 8 else { return nil }
        epoch = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        place = Array(bytes.dropFirst(8))
    }

    var bytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: epoch >> UInt64(56 - 8 * $0)) } + place }
}

extension WirePullRequest {
    /// How long it may be held while there is nothing new.
    func seconds(atMost most: Int) -> Int { min(Int(wait), most) }

    /// The longest page that it may get.
    var bytesMax: Int {
        pageBytesMax == 0 ? Limits.pageBytesMax : min(Int(pageBytesMax), Limits.pageBytesMax)
    }
}
