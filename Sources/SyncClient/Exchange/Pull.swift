import Foundation
import SyncCore
import SyncStore
import SyncWire

/// Brings down what changed at the node, page by page, from one consistent cut of its records to the next. Pages are
/// staged durably: an interrupted pull goes on behind the last one.
struct Pull {
    private let store: Store
    private let upstream: Upstream
    private let session: Session
    private(set) var received = 0
    private(set) var rejected = 0
    private(set) var dropped = 0
    private(set) var evicted = 0
    private(set) var bootstrapping = false

    init(store: Store, upstream: Upstream, session: Session) {
        self.store = store
        self.upstream = upstream
        self.session = session
    }

    /// - Parameters:
    ///   - start: the checkpoint to pull from and, when a pull was interrupted, the cursor to go on at.
    ///   - first: the first page, where it has come already.
    mutating func run(from start: PullStart, first: WirePullResponse? = nil) throws {
        var request = try request(from: start)
        var next = first
        while true {
            let page = try next ?? ask(request)
            next = nil
            try take(page, after: [UInt8](request.cursor), from: start)
            if page.complete { return }
            request.cursor = page.cursor
            request.pageBytesMax = pageBytes
        }
    }

    func request(from start: PullStart) throws -> WirePullRequest {
        var request = WirePullRequest()
        if let checkpoint = start.checkpoint { request.checkpoint = WireCheckpoint(checkpoint) }
        request.cursor = Data(start.cursor)
        request.pageBytesMax = pageBytes
        request.heads = try store.read { try $0.shownHeads(limit: Limits.headsPerPullMax) }.map(WireChainHead.init)
        return request
    }

    private func ask(_ request: WirePullRequest) throws -> WirePullResponse {
        try upstream.call("/v1/pull", request.encoded, pacing: \.paceDown) { (page: WirePullResponse) in
            page.states.reduce(0) { $0 + $1.count }
        }
    }

    private var pageBytes: UInt32 {
        let most = upstream.identity.kind == .device ? Limits.smallDevicePageBytesMax : Limits.pageBytesMax
        return UInt32(min(most, upstream.paceDown.bytes))
    }

    private mutating func take(_ page: WirePullResponse, after cursor: [UInt8], from start: PullStart) throws {
        let receipts = try page.receipts.map { try NodeReceipt(verifying: $0, root: upstream.identity.root) }
        let states = page.states.map { [UInt8]($0) }
        let taken = try receipts.isEmpty ? ReceiptsTaken() : store.write { try $0.takeAll(receipts) }
        if let fork = taken.fork { throw fork }
        try store.take(page.personKeys.map { try $0.carried() })
        let losses = try Losses(page)
        if page.complete {
            try complete(states, losses, page, from: start)
        } else {
            guard losses.isEmpty else { throw ExchangeFailure.garbage("losses before the last page") }
            try stage(states, page, after: cursor)
        }
        dropped += losses.dropped.count
        evicted += losses.evicted.count
        received += states.count
        rejected += taken.rejected
        bootstrapping = page.bootstrapping
    }

    private func stage(_ states: [[UInt8]], _ page: WirePullResponse, after cursor: [UInt8]) throws {
        guard !page.cursor.isEmpty, [UInt8](page.cursor) != cursor else {
            throw ExchangeFailure.garbage("a pull that does not get on")
        }
        let place = StagingPlace(epoch: session.epoch, cursor: [UInt8](page.cursor))
        try store.write { try $0.stage(states, at: place) }
    }

    private func complete(
        _ states: [[UInt8]], _ losses: Losses, _ page: WirePullResponse, from start: PullStart
    ) throws {
        guard page.hasCheckpoint, page.checkpoint.epoch == session.epoch else {
            throw ExchangeFailure.refused(
                code: ErrorCode.epochChanged.rawValue, message: "the checkpoint is of another epoch than the session")
        }
        let checkpoint = Checkpoint(page.checkpoint)
        // Nothing new: spare the disk a write.
        if states.isEmpty && losses.isEmpty && start.isKept && start.checkpoint == checkpoint { return }
        try store.write { try $0.complete(states, losses: losses, checkpoint: checkpoint) }
        try Blobs(store).finishForgetting()
    }
}

/// Where a pull begins.
struct PullStart: Equatable {
    var checkpoint: Checkpoint?
    /// Behind the last page that was staged; empty at the beginning.
    var cursor: [UInt8] = []
    /// Whether the store holds exactly this checkpoint and nothing is staged.
    var isKept = false
}

extension PullStart {
    /// Nil when what this replica holds must first be compared with what the node holds: its checkpoint is another
    /// node's, or of another epoch.
    init?(for session: Session, _ access: ReadAccess) throws {
        let kept = try access.pulledCheckpoint()
        let own = kept.flatMap { $0.epoch == session.epoch ? $0 : nil }
        let staged = try access.staging()
        if let staged, staged.epoch == session.epoch, !staged.cursor.isEmpty {
            self.init(checkpoint: own, cursor: staged.cursor)
            return
        }
        guard try own != nil || access.scopeSummaries().isEmpty else { return nil }
        self.init(checkpoint: own, isKept: own != nil && staged == nil)
    }
}

extension Losses {
    init(_ page: WirePullResponse) throws(ExchangeFailure) {
        self.init(dropped: page.dropped, evicted: try Self.records(page.evicted))
    }

    static func records(_ ids: [Data]) throws(ExchangeFailure) -> [RecordID] {
        var out: [RecordID] = []
        for bytes in ids {
            guard let id = RecordID(bytes: [UInt8](bytes)) else { throw .garbage("an id of \(bytes.count) bytes") }
            out.append(id)
        }
        return out
    }
}

extension WireChainHead {
    init(_ chain: ShownHead) {
        self.init()
        replica = chain.replica.raw
        seq = chain.head.seq
        hash = Data(chain.head.hash)
        (hqSeq, hqEpoch) = (chain.hqSeq, chain.hqEpoch)
    }
}
