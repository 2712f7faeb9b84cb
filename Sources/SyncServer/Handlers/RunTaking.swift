import SyncCore
import SyncStore
import SyncWire

/// What became of a verified run in the store.
enum TakenRun: Sendable {
    case outcome(RunOutcome)
    case rejected(code: ErrorCode, message: String)
}

/// Takes verified runs into the store, whatever brought them.
struct RunTaking: Sendable {
    let identity: NodeIdentity

    func take(_ run: VerifiedRun, _ access: WriteAccess, _ counts: inout Counters.SetCounts) throws -> TakenRun {
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
            counts.received += run.sets.count
            counts.rejected += run.sets.count
            // Only what may be an author's work is kept: not what a stranger to the chain sent.
            if code != .scopeDenied && code != .untrusted { try quarantine(run, message, access) }
            return .rejected(code: code, message: message)
        }
    }

    private func receive(_ run: IncomingRun, _ signature: [UInt8], _ access: WriteAccess) throws -> RunOutcome {
        let outcome = try access.receive(run)
        if case .accepted = outcome, !identity.isHQ {
            let last = run.before.seq + UInt64(run.items.count)
            try access.keep(headSignature: signature, of: run.replica, at: last)
        }
        return outcome
    }

    private func quarantine(_ run: WireRun, _ reason: String, _ access: WriteAccess) throws {
        for (index, bytes) in run.sets.enumerated() {
            try access.quarantine(
                [UInt8](bytes), replica: ReplicaID(run.replica), seq: run.firstSeq &+ UInt64(index), reason: reason)
        }
    }

    /// The answer to a run; signs the receipt.
    func result(_ replica: ReplicaID, _ taken: TakenRun, epoch: UInt64) -> WireRunResult {
        var result = WireRunResult()
        result.replica = replica.raw
        switch taken {
        case .outcome(.accepted(let summary)):
            result.outcome = .accepted
            result.nextSeq = summary.head.seq + 1
            result.receipt = identity.receipt(of: replica, summary, epoch: epoch)
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

extension Store {
    /// keeps the keys that came beside runs, before anything is taken that is sealed under them.
    /// - Throws: `Problem`: nothing of the runs is to be taken.
    func take(_ keys: [WirePersonKey], of runs: [VerifiedRun]) throws {
        var named: Set<UInt64> = []
        for case .good(let run, _) in runs { named.formUnion(run.sealingKeys) }
        let came = try keys.map { try $0.carried() }
        if let missing = try missingKey(among: named.subtracting(came.map(\.id))) {
            throw Problem(.personKeyMissing, detail: "the key \(Hex.digits(missing)) of a sealed value did not come")
        }
        try take(came.filter { named.contains($0.id) })
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
