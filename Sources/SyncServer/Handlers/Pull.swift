import FieldModel
import Foundation
import SyncCore
import SyncStore
import SyncWire

/// What a puller gets, all of one snapshot.
struct Pull: Sendable {
    enum Found: Sendable {
        /// isNews: whether there is anything that the puller does not know.
        case page(WirePullResponse, isNews: Bool)
        /// The checkpoint is good here no more: both sides compare.
        case foreign
        /// It was given here, and is not known.
        case rolledBack(Checkpoint)
        case forked(ReplicaID)

        /// - Throws: `Problem`, what the puller is told instead.
        var page: (WirePullResponse, isNews: Bool) {
            get throws {
                switch self {
                case .page(let page, let isNews): return (page, isNews)
                case .foreign: throw Problem(.badCheckpoint, detail: "the checkpoint is not good here any more")
                case .rolledBack:
                    throw Problem(.epochChanged, detail: "this node was restored from an earlier copy of itself")
                case .forked(let replica):
                    throw Problem(
                        .replicaForked, detail: "another set stands at the head of \(replica)",
                        details: ["replica": replica.description])
                }
            }
        }
    }

    let identity: NodeIdentity
    /// Whose holdings decide what is served.
    let holder: RecordID
    /// Whose key asks; nil: a branch, which asks about all chains that it relays.
    let key: PublicKey?
    let asked: WirePullRequest
    let bytesMax: Int

    func look(_ access: ReadAccess) throws -> Found {
        let here = try access.ownCheckpoint()
        let checkpoint = asked.hasCheckpoint ? Checkpoint(asked.checkpoint) : nil
        let cursor = PageCursor(bytes: [UInt8](asked.cursor))
        if cursor == nil && !asked.cursor.isEmpty { return .foreign }
        // What was staged since a node was set back may be of what it lost.
        for given in [checkpoint, cursor?.given].compactMap(\.self) {
            switch try access.decide(given) {
            case .good: continue
            case .foreign: return .foreign
            case .rolledBack: return .rolledBack(given)
            }
        }
        let heads = try asked.heads.filter { try isOwn($0, access) }
        if let forked = try forkedReplica(heads, access) { return .forked(forked) }
        let page = try access.page(
            for: holder, after: checkpoint, cursor: cursor?.place, replicas: heads.map { ReplicaID($0.replica) },
            bytesMax: bytesMax)
        guard let page else { return .foreign }
        var answer = response(page, at: here)
        answer.personKeys = try access.carriedKeys(ofStates: page.states)
        //
        answer.bootstrapping = try identity.role == .branch && access.pulledCheckpoint() == nil
        guard page.checkpoint != nil else { return .page(answer, isNews: true) }
        let since = Int64(clamping: checkpoint?.position ?? 0)
        let verdicts = try heads.compactMap { try news(of: $0, since: since, epoch: here.epoch, access) }
        let others = try heads.compactMap { try own($0, epoch: here.epoch, access) }
        answer.receipts = verdicts.flatMap { $0 } + others
        let isNews = checkpoint == nil || !page.states.isEmpty || !page.losses.isEmpty || !verdicts.isEmpty
        return .page(answer, isNews: isNews)
    }

    /// Of chains of others a device is told nothing: a person's own are those that his keys signed.
    private func isOwn(_ head: WireChainHead, _ access: ReadAccess) throws -> Bool {
        guard let key else { return true }
        let replica = ReplicaID(head.replica)
        if try access.key(of: replica) == key.bytes { return true }
        guard let kept = try access.certificates(of: replica) else { return false }
        let author = try CertificateChain.verify(KeptChain.chain(kept), root: identity.root, expiry: .ignored)
        return author.user == holder
    }

    /// a chain of the puller's of which another set stands here at its head. A head that is not here yet tells nothing.
    private func forkedReplica(_ heads: [WireChainHead], _ access: ReadAccess) throws -> ReplicaID? {
        for head in heads {
            let replica = ReplicaID(head.replica)
            if let here = try access.hash(of: replica, at: head.seq), here != [UInt8](head.hash) { return replica }
        }
        return nil
    }

    private func response(_ page: PulledPage, at here: Checkpoint) -> WirePullResponse {
        var answer = WirePullResponse()
        answer.states = page.states.map { Data($0) }
        if let checkpoint = page.checkpoint {
            answer.complete = true
            answer.checkpoint = WireCheckpoint(checkpoint)
            answer.dropped = page.losses.dropped
            answer.evicted = page.losses.evicted.map { Data($0.bytes) }
        } else {
            answer.cursor = Data(PageCursor(given: here, place: page.cursor).bytes)
        }
        return answer
    }

    /// HQ's newest receipt of a chain, where the puller has another, and this node's own where it refused sets of it
    /// since the checkpoint. Nil: there is neither.
    private func news(
        of head: WireChainHead, since position: Int64, epoch: UInt64, _ access: ReadAccess
    ) throws -> [WireSignedReceipt]? {
        let replica = ReplicaID(head.replica)
        var receipts: [WireSignedReceipt] = []
        if try access.hasRefused(replica, since: position), try !isAhead(of: head, access) {
            receipts.append(identity.receipt(of: replica, try access.summary(of: replica, from: 1), epoch: epoch))
        }
        if let hq = try access.hqReceipt(of: replica), hq.seq != head.hqSeq || hq.epoch != head.hqEpoch {
            receipts.append(try WireSignedReceipt(bounded: hq.bytes))
        }
        return receipts.isEmpty ? nil : receipts
    }

    /// This node's own receipt when it holds more of a chain than its author: a copy, or one that was set back, learns from
    /// it what it is.
    private func own(_ head: WireChainHead, epoch: UInt64, _ access: ReadAccess) throws -> WireSignedReceipt? {
        guard try isAhead(of: head, access) else { return nil }
        let replica = ReplicaID(head.replica)
        return identity.receipt(of: replica, try access.summary(of: replica, from: 1), epoch: epoch)
    }

    private func isAhead(of head: WireChainHead, _ access: ReadAccess) throws -> Bool {
        try access.head(of: ReplicaID(head.replica)).seq > head.seq
    }
}

extension ReadAccess {
    /// What a peer shows, where this node gave it and does not know it: it was set back. A device that was stolen may
    /// send what it has, and does not make a node begin anew.
    func lostCheckpoint(_ shown: Checkpoint, of session: Session?) throws -> Checkpoint? {
        guard try decide(shown) == .rolledBack else { return nil }
        if case .device(let id, _)? = session?.peer, try standing(ofDevice: id).state == .compromised { return nil }
        return shown
    }
}

extension WriteAccess {
    /// Begins a new epoch where a peer shows a checkpoint that this node gave and does not know.
    /// - Returns: whether it did.
    func notice(_ shown: WireCheckpoint, of session: Session?) throws -> Bool {
        guard let lost = try lostCheckpoint(Checkpoint(shown), of: session) else { return false }
        return try openEpoch(ifRolledBackBefore: lost)
    }

    /// The node once gave this checkpoint and does not know it: every checkpoint that it gave is void. Asked inside the
    /// transaction, so that two pullers who notice it open one epoch.
    /// - Returns: whether a new epoch was opened.
    func openEpoch(ifRolledBackBefore shown: Checkpoint) throws -> Bool {
        guard try decide(shown) == .rolledBack else { return false }
        try noticeSetBack("it was shown a checkpoint of position \(shown.position) that it does not know")
        return true
    }
}

/// Where a pull goes on: the store's own place, and the node's checkpoint when it gave it, without which the place means
/// nothing.
private struct PageCursor {
    let given: Checkpoint
    let place: [UInt8]

    /// What cursors of before they named a checkpoint do not begin with.
    private static let mark: [UInt8] = [0xC2, 0x75, 0x72, 0x02]
    private static let numbersBytes = 24

    init(given: Checkpoint, place: [UInt8]) { (self.given, self.place) = (given, place) }

    init?(bytes: [UInt8]) {
        guard bytes.starts(with: Self.mark), bytes.count > Self.mark.count + Self.numbersBytes else { return nil }
        let numbers = bytes.dropFirst(Self.mark.count)
        func number(_ index: Int) -> UInt64 {
            numbers.dropFirst(8 * index).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }
        given = Checkpoint(epoch: number(0), position: number(1), token: number(2))
        place = Array(numbers.dropFirst(Self.numbersBytes))
    }

    var bytes: [UInt8] {
        let numbers = [given.epoch, given.position, given.token].flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
        }
        return Self.mark + numbers + place
    }
}

extension WirePullRequest {
    /// How long it may be held while there is nothing new.
    func seconds(atMost most: Int) -> Int { min(Int(wait), most) }

    /// The longest page that it may get.
    var bytesMax: Int {
        pageBytesMax == 0 ? Limits.pageBytesMax : min(Int(pageBytesMax), Limits.pageBytesMax)
    }
}
