import Foundation
import Hummingbird
import Logging
import SyncCore
import SyncStore
import SyncWire

/// `POST /v1/push`: runs of change sets; one result a run.
struct PushHandler {
    let services: NodeServices

    func respond(to request: Request) async throws -> Response {
        let session = try await services.session(of: request)
        let pushed = try await services.message(WirePushRequest.self, of: request)
        let runs = try await verified(pushed.runs, session)
        let (taken, counts, epoch) = try await services.commit.write { access in
            var counts = Counters.SetCounts()
            let taken = try runs.map { try take($0, access, &counts) }
            if let branch = session.branch { try access.noteExchange(ofBranch: branch, pending: pushed.pending) }
            return (taken, counts, try access.epoch())
        }
        services.counters.count(sets: counts)
        let answer = try await services.workers.run {
            var answer = WirePushResponse()
            answer.results = zip(pushed.runs, taken).map { result(ReplicaID($0.replica), $1, epoch: epoch) }
            answer.nodeTime = services.now
            return answer
        }
        return try await services.response(answer)
    }

    private func verified(_ runs: [WireRun], _ session: Session) async throws -> [VerifiedRun] {
        try await services.workers.run {
            let verification = RunVerification(root: services.identity.root, session: session)
            let kept = try services.node.store.read { access in try runs.map { try $0.keptAuthor(access) } }
            return zip(runs, kept).map { verification.verify($0, kept: $1) }
        }
    }

    private enum Taken: Sendable {
        case outcome(RunOutcome)
        case rejected(code: ErrorCode, message: String)
    }

    private func take(_ run: VerifiedRun, _ access: WriteAccess, _ counts: inout Counters.SetCounts) throws -> Taken {
        switch run {
        case .good(let run, let signature):
            let before = try access.head(of: run.replica).seq
            let outcome = try receive(run, signature, access)
            counts.add(Counters.SetCounts(run, outcome, before: before))
            return .outcome(outcome)
        case .unknownAuthor(let run):
            counts.received += run.sets.count
            counts.rejected += run.sets.count
            return .outcome(.gap(next: 1))
        case .rejected(let run, let code, let message):
            services.logger.warning(
                "a pushed run was rejected",
                metadata: ["replica": "\(ReplicaID(run.replica))", "code": "\(code.rawValue)", "message": "\(message)"])
            counts.received += run.sets.count
            counts.rejected += run.sets.count
            // Only what may be an author's work is kept: not what a stranger to the chain sent.
            if code != .scopeDenied && code != .untrusted { try quarantine(run, message, access) }
            return .rejected(code: code, message: message)
        }
    }

    private func receive(_ run: IncomingRun, _ signature: [UInt8], _ access: WriteAccess) throws -> RunOutcome {
        let outcome = try access.receive(run)
        if case .accepted = outcome, !services.identity.isHQ {
            let last = run.before.seq + UInt64(run.items.count)
            try access.setMeta(HeadSignature.metaKey(run.replica, seq: last), signature)
        }
        return outcome
    }

    private func quarantine(_ run: WireRun, _ reason: String, _ access: WriteAccess) throws {
        for (index, bytes) in run.sets.enumerated() {
            try access.quarantine(
                [UInt8](bytes), replica: ReplicaID(run.replica), seq: run.firstSeq &+ UInt64(index), reason: reason)
        }
    }

    private func result(_ replica: ReplicaID, _ taken: Taken, epoch: UInt64) -> WireRunResult {
        var result = WireRunResult()
        result.replica = replica.raw
        switch taken {
        case .outcome(.accepted(let summary)):
            result.outcome = .accepted
            result.nextSeq = summary.head.seq + 1
            result.receipt = services.identity.receipt(of: replica, summary, epoch: epoch)
        case .outcome(.gap(let next)):
            result.outcome = .gap
            result.nextSeq = next
        case .outcome(.forked(let seq)):
            result.outcome = .forked
            result.forkedSeq = seq ?? 0
        case .outcome(.owned): reject(&result, .replicaOwned, ErrorCode.replicaOwned.entry.meaning.en)
        case .rejected(let code, let message): reject(&result, code, message)
        }
        return result
    }

    private func reject(_ result: inout WireRunResult, _ code: ErrorCode, _ message: String) {
        result.outcome = .rejected
        result.code = code.rawValue
        result.message = message
    }
}

extension WireRun {
    /// the certificates that this node keeps of the replica; nil where the run has its own.
    fileprivate func keptAuthor(_ access: ReadAccess) throws -> [WireSignedCertificate]? {
        guard chain.isEmpty else { return nil }
        return try access.certificates(of: ReplicaID(replica)).map(KeptChain.chain)
    }
}

extension Counters.SetCounts {
    /// What became of a run.
    /// - Parameter before: the chain's last seq here before it came.
    fileprivate init(_ run: IncomingRun, _ outcome: RunOutcome, before: UInt64) {
        received = run.items.count
        guard case .accepted(let summary) = outcome else {
            rejected = received
            return
        }
        let new = min(received, Int(clamping: summary.head.seq - min(before, summary.head.seq)))
        duplicate = received - new
        refused = summary.refusals.keys.count { $0 > before }
        undecided = summary.undecided.count { $0 > before }
        applied = max(0, new - refused - undecided)
    }
}
