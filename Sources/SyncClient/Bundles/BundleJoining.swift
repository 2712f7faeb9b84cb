package import SyncCore
package import SyncStore
package import SyncWire

/// Takes what a node sends down by a bundle: what became of runs, receipts, and the pages of a pull.
/// It belongs to one thread, which holds whatever keeps other exchanges of this replica away.
package struct BundleJoining {
    private static let reauthoringsMax = 3

    private let bundle: SealedBundle
    private let store: Store
    private let identity: ClientIdentity
    /// When this replica last heard of a node, by the node's clock: what is older says nothing of epochs.
    private let heardAt: Int64
    private var checkpoint: Checkpoint?
    /// Nothing was in it that this replica could take.
    package private(set) var isForOthers = true

    package private(set) var states = 0
    package private(set) var receipts = 0
    /// Own change sets that were refused by what came.
    package private(set) var refused = 0
    package private(set) var turnedAway: [BundleRefusal] = []
    package private(set) var gap: BundleGap?
    /// Pages were there, and this replica has later ones.
    package private(set) var isOlder = false
    /// Pages were there, and this replica has all that they brought.
    package private(set) var isComplete = false
    /// The new replica, when this one was found to be a copy and wrote its unsent sets again.
    package private(set) var reauthored: ReplicaID?

    package init(_ bundle: SealedBundle, store: Store, identity: ClientIdentity, heardAt: Int64 = 0) {
        self.bundle = bundle
        self.store = store
        self.identity = identity
        self.heardAt = heardAt
    }

    package mutating func run() throws {
        try takeWord()
        guard bundle.writer.isNode, identity.kind == .device || bundle.writer.kind == .hq, checkpoint != nil else {
            return
        }
        try mendingForks { joining in try joining.store.write { try joining.join($0) } }
        try Blobs(store).finishForgetting()
    }

    /// The node's word on what it holds of chains, before its states: a copy must know what HQ has before it writes again.
    private mutating func takeWord() throws {
        var parts = try bundle.parts()
        while let part = try parts.next() {
            switch part {
            case .results(let answer):
                isForOthers = false
                try take(answer)
            case .page(let page):
                isForOthers = false
                try store.take(page.personKeys.map { try $0.carried() })
                if page.complete, page.hasCheckpoint { checkpoint = Checkpoint(page.checkpoint) }
                try take(page.receipts, at: checkpoint)
            default: continue
            }
        }
    }

    private mutating func take(_ answer: WirePushResponse) throws {
        let checkpoint = answer.hasCheckpoint ? Checkpoint(answer.checkpoint) : nil
        try take(answer.results.filter(\.hasReceipt).map(\.receipt), at: checkpoint)
        for result in answer.results {
            let replica = ReplicaID(result.replica)
            switch result.outcome {
            case .accepted, .gap: continue
            case .forked where identity.kind == .device:
                try reauthor(ForkFound(replica: replica, from: result.forkedSeq == 0 ? nil : result.forkedSeq))
            case .forked:
                turnAway(replica, ErrorCode.replicaForked.rawValue, "the node holds other sets of this chain")
            case .rejected: turnAway(replica, result.code, result.message)
            case .UNRECOGNIZED: throw WireError.upgradeRequired("an outcome of a run")
            }
        }
    }

    private mutating func turnAway(_ replica: ReplicaID, _ code: String, _ message: String) {
        turnedAway.append(BundleRefusal(replica: replica, code: code, message: message))
    }

    private mutating func take(_ signed: [WireSignedReceipt], at checkpoint: Checkpoint?) throws {
        if signed.isEmpty { return }
        let all = try signed.map { try NodeReceipt(verifying: $0, root: identity.root) }
        let (kept, taken) = try store.write { access in
            let kept = try all.filter { try isNews($0, access) }
            let last = kept.last { $0.node == bundle.writer.key.bytes }
            try last.map { NodeMark(epoch: $0.epoch, key: $0.node, checkpoint: checkpoint) }?.keep(access)
            return (kept.count, try access.takeAll(kept))
        }
        receipts += kept
        refused += taken.rejected
        if let fork = taken.fork { try reauthor(fork) }
    }

    /// A device takes none of a chain that is not its own. Of two epochs nobody can tell which is the newer one; of two
    /// days anybody can.
    private func isNews(_ receipt: NodeReceipt, _ access: ReadAccess) throws -> Bool {
        guard try access.role.isNode || access.ownReplicas().contains(receipt.replica) else { return false }
        let known = try access.receipt(of: receipt.replica, by: receipt.node)
        return known == nil || known?.epoch == receipt.epoch || bundle.header.createdAt > heardAt
    }
}

/// A device that proves to be a copy writes again under a new id; the bundle may be read again after that.
extension BundleJoining {
    private mutating func reauthor(_ fork: ForkFound) throws {
        let isInUse = try store.read { try $0.deviceReplica() == fork.replica }
        guard isInUse else { return }
        reauthored = try store.write { try $0.reauthor(fork.replica, from: fork.from) }
    }

    private mutating func mendingForks(_ body: (inout BundleJoining) throws -> Void) throws {
        for _ in 0..<Self.reauthoringsMax {
            do { return try body(&self) } catch let forked as OwnReplicaForked {
                try reauthor(ForkFound(replica: forked.replica, from: nil))
            }
        }
        try body(&self)
    }
}

/// The pages.
extension BundleJoining {
    private enum Place {
        /// Everything in them is known, and maybe more.
        case known(isOlder: Bool)
        case gap(BundleGap)
        /// They go on from where this replica stands, or it holds nothing yet.
        case next
        /// They are the whole, of another epoch than this replica's checkpoint, which stays.
        case whole
    }

    private mutating func join(_ access: WriteAccess) throws {
        guard let checkpoint else { return }
        (states, isOlder, isComplete, gap) = (0, false, true, nil)
        switch try place(of: checkpoint, access) {
        case .known(let isOlder): self.isOlder = isOlder
        case .gap(let gap): (self.gap, isComplete) = (gap, false)
        case .next:
            let next = try eachState()
            try access.complete(checkpoint: checkpoint, losses: { next.losses }) { try next.next() }
            states = next.count
        case .whole:
            let next = try eachState()
            try access.absorb { try next.next() }
            states = next.count
        }
    }

    private func place(of checkpoint: Checkpoint, _ access: ReadAccess) throws -> Place {
        let kept = try access.pulledCheckpoint()
        let since = bundle.header.hasSince ? Checkpoint(bundle.header.since) : nil
        guard let kept, kept.epoch == checkpoint.epoch else {
            if let since { return .gap(gap(after: 0, upTo: since.position)) }
            return try isFirst(checkpoint, access) ? .next : .whole
        }
        if kept.position >= checkpoint.position { return .known(isOlder: kept.position > checkpoint.position) }
        // A node that was set back and went on has other tokens for the same positions.
        let isParted = since?.position == kept.position && since?.token != kept.token
        if let since, since.position > kept.position || isParted {
            return .gap(gap(after: kept.position, upTo: since.position))
        }
        // The whole says nothing of what is held no more.
        return since == nil ? .whole : .next
    }

    /// Nothing is held yet, or no more than the beginning of the same node's first pull.
    private func isFirst(_ checkpoint: Checkpoint, _ access: ReadAccess) throws -> Bool {
        guard try access.pulledCheckpoint() == nil else { return false }
        if let staged = try access.staging() { return staged.epoch == checkpoint.epoch }
        return try access.scopeSummaries().isEmpty
    }

    private func gap(after position: UInt64, upTo last: UInt64) -> BundleGap {
        BundleGap(of: bundle.writer.name, replica: nil, from: min(position + 1, last), to: last)
    }

    private func eachState() throws -> ArrivingStates { ArrivingStates(try bundle.parts()) }
}

/// The states of a bundle's pages, one page in memory at a time. Its end is reached only where all bytes were as they
/// were sealed.
private final class ArrivingStates {
    private var parts: BundleParts
    private var page: ArraySlice<[UInt8]> = []
    private(set) var count = 0
    /// Of the pages that were read: all, at the end.
    private(set) var losses = Losses()

    init(_ parts: BundleParts) { self.parts = parts }

    func next() throws -> [UInt8]? {
        while page.isEmpty {
            guard let part = try parts.next() else { return nil }
            guard case .page(let pulled) = part else { continue }
            losses.dropped += pulled.dropped
            losses.evicted += pulled.evicted.compactMap { RecordID(bytes: [UInt8]($0)) }
            page = pulled.states.map { [UInt8]($0) }[...]
        }
        count += 1
        return page.popFirst()
    }
}
