import Foundation
import SyncStore
package import SyncWire

extension BlobLane {
    /// A node that answers "not there" again and again to what it said itself.
    private static let gapsMax = 3
    /// Interruptions in a row in which nothing got through.
    private static let failuresMax = 3
    /// Parts between notes of how far a transfer is: each costs an fsync.
    private static let partsPerNote = 16
    /// Whose transfers come here.
    private static let peer = "upstream"

    /// Sends a blob that is here, from where the node is.
    func send(_ blob: QueuedBlob) throws {
        var reached: Int64 = 0
        defer { noteSent(blob, reached) }
        try resuming({ reached }) {
            var held = try line.look(blob.hash)
            var (parts, gaps) = (0, 0)
            while !held.isComplete {
                reached = max(reached, held.offset)
                let next = try sendPart(of: blob, from: held.offset)
                gaps += next.offset <= held.offset && !next.isComplete ? 1 : 0
                guard gaps < Self.gapsMax else { throw ExchangeFailure.garbage("an upload that does not get on") }
                held = next
                onPart(BlobProgress(isUp: true, moved: held.offset, size: blob.size))
                parts += 1
                if parts % Self.partsPerNote == 0 { noteSent(blob, held.offset) }
            }
            reached = 0
            try store.write { try $0.noteBlob(blob.hash, stage: held.stage) }
        }
    }

    private func sendPart(of blob: QueuedBlob, from offset: Int64) throws -> BlobLine.Held {
        try between()
        guard let part = BlobPart(from: offset, upTo: Limits.blobChunkBytesMax, total: blob.size) else {
            throw ExchangeFailure.garbage("an offset behind the blob's end")
        }
        let bytes = try blobs.folder.read(blob.hash, at: offset, count: part.count)
        guard bytes.count == part.count else {
            throw StoreFailure.integrity("\(blobs.folder.file(blob.hash)) is shorter than it was")
        }
        do { return try line.put(bytes, part, of: blob.hash) } catch let failure as ExchangeFailure {
            // The node says where to go on; it is asked for it.
            guard failure.code == ErrorCode.sequenceGap.rawValue else { throw failure }
            return try line.look(blob.hash)
        }
    }

    /// For whoever looks at the list; a transfer goes by what the node says.
    private func noteSent(_ blob: QueuedBlob, _ offset: Int64) {
        if offset > 0 { _ = try? store.write { try $0.noteBlob(blob.hash, sent: offset) } }
    }

    /// Fetches a blob from where an earlier transfer was interrupted.
    /// - Throws: `ExchangeFailure`: `unavailable` where the node does not have it yet either.
    package func fetch(_ hash: BlobHash, size: Int64) throws {
        try resuming({ blobs.folder.held(hash, from: Self.peer) }) {
            var (offset, gaps) = (blobs.folder.held(hash, from: Self.peer), 0)
            while true {
                try between()
                let (bytes, part, stage) = try line.get(hash, from: offset, size: size)
                switch try blobs.append(bytes, part, of: hash, from: Self.peer, stage: stage) {
                case .complete: return onPart(BlobProgress(isUp: false, moved: size, size: size))
                case .more(let next):
                    offset = next
                    onPart(BlobProgress(isUp: false, moved: offset, size: size))
                case .gap(let next): (offset, gaps) = (next, gaps + 1)
                case .wrong: (offset, gaps) = (0, gaps + 1)
                }
                guard gaps < Self.gapsMax else {
                    throw ExchangeFailure.garbage("the bytes that came are not those of \(hash)")
                }
            }
        }
    }

    /// Goes on after an interruption, at once when something got through since the last one.
    private func resuming(_ progress: () -> Int64, _ body: () throws -> Void) throws {
        var backoff = Backoff(longestSeconds: 5)
        var failures = 0
        while true {
            let before = progress()
            do { return try body() } catch let failure as ExchangeFailure {
                guard case .offline = failure else { throw failure }
                failures = progress() > before ? 0 : failures + 1
                guard failures < Self.failuresMax, !isStopped() else { throw failure }
                guard failures > 0 else { continue }
                let milliseconds = backoff.failed(failure, random: store.environment.randomWord())
                Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
            }
        }
    }
}
