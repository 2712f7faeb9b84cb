import Foundation
package import SyncCore
package import SyncStore
import SyncWire

/// The lane for attachments' bytes: beside the exchange of records, which it never holds up, and part by part, so that an
/// interruption costs one part at most. It belongs to one thread, which it blocks.
package final class BlobLane {
    /// Blobs that a node would not take, after which a turn ends.
    private static let refusalsMax = 20
    /// Of which it is asked in a turn whether HQ has them by now.
    private static let stagesPerTurnMax = 20

    let blobs: Blobs
    let line: BlobLine
    private let upstream: Upstream
    /// Whose open orders' attachments a device fetches; nil at a node.
    private let person: RecordID?
    /// Called before every part: whatever must not wait for a whole blob. An error ends the turn.
    package var between: () throws -> Void = {}
    /// Called after every part.
    package var onPart: (BlobProgress) -> Void = { _ in }

    /// Whether nobody waits for this lane any more.
    var isStopped: () -> Bool = { false }

    package init(_ blobs: Blobs, upstream: Upstream, person: RecordID?) {
        self.blobs = blobs
        self.upstream = upstream
        self.person = person
        line = BlobLine(upstream: upstream)
    }

    var store: Store { blobs.store }

    /// Sends what the upstream is not known to have, then fetches what is wanted here.
    /// - Parameter all: those too that could not be transferred a moment ago.
    /// - Throws: `ExchangeFailure` when the line broke, `StoreFailure` when this replica's own disk failed or is full.
    package func run(all: Bool, into report: inout BlobReport) throws {
        try noteEpoch()
        defer { report.pending = (try? store.read { try $0.unsentBlobCount().count }) ?? report.pending }
        try sendAll(try store.read { try $0.unsentBlobs(all: all) }, &report)
        try askStages(all: all)
        try fetchAll(try wanted(), &report)
    }

    /// Sends what the upstream is not known to have, and fetches nothing: the device is to leave.
    package func sendAll(into report: inout BlobReport) throws {
        try noteEpoch()
        try sendAll(try store.read { try $0.unsentBlobs(all: true) }, &report)
        report.pending = try store.read { try $0.unsentBlobCount().count }
    }

    /// Whether a turn would find anything to do.
    /// - Parameter assigned: whether to look through the open orders, which costs more than the rest.
    func isNeeded(assigned: Bool) throws -> Bool {
        try store.read { access in
            if try !access.unsentBlobs(all: false).isEmpty { return true }
            if try !access.blobsBelowHQ(all: false, limit: 1).isEmpty { return true }
            guard try access.blobSettings().policy != .never else { return false }
            if try !access.wantedBlobs().isEmpty { return true }
            return try assigned && !assignedBlobs(access).isEmpty
        }
    }

    /// A node that was put back from a copy, or is another, may not have what it had.
    private func noteEpoch() throws {
        let epoch = "\(try upstream.session().epoch)"
        let known = try store.read { try $0.metaText(Self.epochKey) }
        if known == epoch { return }
        try store.write { access in
            if known != nil { try access.forgetBlobStages() }
            try access.setMeta(Self.epochKey, text: epoch)
        }
    }

    private static let epochKey = "blobs.epoch"

    private func sendAll(_ queue: [QueuedBlob], _ report: inout BlobReport) throws {
        var refusals = 0
        for blob in queue where refusals < Self.refusalsMax {
            do {
                try send(blob)
                report.sent += 1
                report.sentBytes += blob.size
            } catch let failure as ExchangeFailure where failure.isOfOneBlob {
                refusals += 1
                try store.write { try $0.noteBlob(tried: blob.hash, size: blob.size) }
            } catch StoreFailure.missing {
                try store.write { try $0.noteBlob(absent: blob.hash) }
            }
        }
    }

    private func askStages(all: Bool) throws {
        for blob in try store.read({ try $0.blobsBelowHQ(all: all, limit: Self.stagesPerTurnMax) }) {
            do {
                let held = try line.look(blob.hash)
                try store.write { access in
                    if held.isComplete, held.stage == .hq { return try access.noteBlob(blob.hash, stage: .hq) }
                    try access.noteBlob(tried: blob.hash, size: blob.size)
                }
            } catch let failure as ExchangeFailure where failure.isOfOneBlob {
                try store.write { try $0.noteBlob(tried: blob.hash, size: blob.size) }
            }
        }
    }

    private func wanted() throws -> [QueuedBlob] {
        try store.read { access in
            guard try access.blobSettings().policy != .never else { return [] }
            let asked = try access.wantedBlobs()
            return try asked + assignedBlobs(access).filter { !asked.contains($0) }
        }
    }

    private func assignedBlobs(_ access: ReadAccess) throws -> [QueuedBlob] {
        guard let person, try access.blobSettings().policy == .assigned else { return [] }
        return try access.assignedBlobs(to: person)
    }

    private func fetchAll(_ queue: [QueuedBlob], _ report: inout BlobReport) throws {
        var refusals = 0
        for blob in queue where refusals < Self.refusalsMax {
            guard try blobs.makeRoom(for: blob.size, keeping: person) else { continue }
            do {
                try fetch(blob.hash, size: blob.size)
                report.received += 1
                report.receivedBytes += blob.size
            } catch let failure as ExchangeFailure where failure.isOfOneBlob {
                refusals += 1
                try store.write { try $0.noteBlob(tried: blob.hash, size: blob.size) }
            }
        }
    }
}

extension ExchangeFailure {
    /// Whether the next blob may fare better.
    fileprivate var isOfOneBlob: Bool {
        switch self {
        case .refused, .garbage: true
        case .busy(let code, _, _): code == ErrorCode.unavailable.rawValue
        default: false
        }
    }
}
