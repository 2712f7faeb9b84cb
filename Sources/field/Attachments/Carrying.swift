import FieldModel
import SyncClient
import SyncStore
import Verbs

extension BlobLane {
    /// Tells a person at a terminal after every part how far it is.
    func show(on output: Output) {
        onPart = { output.progress(TransferLine.words(isUp: $0.isUp, moved: $0.moved, of: $0.size)) }
    }
}

/// What a sync did for attachments, after the records.
struct Carrying {
    private(set) var report = BlobReport()
    /// Why not all was done; the records were exchanged all the same.
    private(set) var failure: VerbFailure?

    /// Carries what there is to carry; nothing while another process does.
    /// - Parameters:
    ///   - output: where a person sees how far it is.
    ///   - between: called before every part of an attachment.
    init(_ replica: Replica, _ upstream: Upstream, _ output: Output, between: @escaping () throws -> Void) throws {
        guard let lock = try BlobLock(replica.directory) else {
            report.noteOthersTurn(pending: try replica.store.read { try $0.unsentBlobCount().count })
            return
        }
        let lane = BlobLane(replica.blobs, upstream: upstream, person: replica.identity.user)
        lane.between = between
        lane.show(on: output)
        defer { output.progress(nil) }
        do {
            try lane.run(all: true, into: &report)
            try replica.blobs.sweep()
        } catch let failure as ExchangeFailure {
            self.failure = VerbFailure(failure)
        } catch let failure as StoreFailure where failure == .diskFull {
            self.failure = VerbFailure(failure)
        }
        _ = consume lock
    }

    var json: JSONValue {
        .object([
            ("sent", .integer(Int64(report.sent))), ("received", .integer(Int64(report.received))),
            ("pending", .integer(Int64(report.pending))),
        ])
    }

    var sentences: [Words] {
        var out: [Words] = []
        if report.sent > 0 || report.received > 0 {
            out.append(
                Words(
                    "Attachments: \(report.sent) sent, \(report.received) received.",
                    "附件：已发送 \(report.sent) 个，已接收 \(report.received) 个。"))
        }
        if report.pending > 0 {
            out.append(Words("\(report.pending) attachments not sent yet: sync", "\(report.pending) 个附件未发送：请执行 sync"))
        }
        return out + (failure.map { [$0.message] } ?? [])
    }
}
