import SyncCore
import SyncStore
package import SyncWire

/// How far the node's audit goes is kept here, and a branch's is kept above.
extension Exchange {
    /// Asks when an hour, or a thousand entries, went by. A node that has no time for it now is asked at the next exchange:
    /// what this one was for is done.
    func askAudit(_ session: Session) throws {
        guard try store.read({ try $0.isAuditDue(epoch: session.epoch) }) else { return }
        do {
            let answer = try upstream.auditHeads(kept: keptAuditHeads())
            guard answer.head.epoch == session.epoch else {
                throw ExchangeFailure.refused(
                    code: ErrorCode.epochChanged.rawValue, message: "the node opened a new epoch during the exchange")
            }
            try store.write { access in
                try access.keep(answer.head)
                for head in answer.own { try access.lookForCut(in: KeptAuditHead(head)) }
                try access.noteAuditAsked(epoch: session.epoch)
            }
            try handUp()
        } catch let failure as ExchangeFailure where failure.code == ErrorCode.notFound.rawValue {
            // A node of an earlier version.
            try store.write { try $0.noteAuditAsked(epoch: session.epoch) }
        } catch let failure as ExchangeFailure where failure.isPassing {}
    }

    /// The newest head of each node that is kept here.
    private func keptAuditHeads() throws -> [WireSignedAuditHead] {
        let own = try upstream.identity.auditSigner?.node
        return try store.read { try $0.newestAuditHeads(except: own) }.map {
            try WireSignedAuditHead(bounded: $0.bytes)
        }
    }

    /// A branch gives its own head, once it was compared with what the node above keeps.
    private func handUp() throws {
        guard let signer = try upstream.identity.auditSigner else { return }
        let own = try store.write { try $0.auditHead(by: signer) }
        _ = try upstream.auditHeads(own: own)
    }
}

/// What a node answered about audits, verified.
package struct AuditHeadsAnswer {
    /// Its own.
    package let head: SignedAuditHead
    /// This replica's own, as that node keeps them.
    package let own: [SignedAuditHead]
}

extension Upstream {
    package func auditHeads(
        kept: [WireSignedAuditHead] = [], own: WireSignedAuditHead? = nil
    ) throws -> AuditHeadsAnswer {
        var request = WireAuditRequest()
        request.kept = kept
        if let own { request.own = own }
        let answer: WireAuditResponse = try call("/v1/audit", request.encoded)
        do {
            let subject = try identity.auditSigner?.node
            let own = try answer.kept.map { try SignedAuditHead(verifying: $0, root: identity.root) }
            return AuditHeadsAnswer(
                head: try SignedAuditHead(verifying: answer.head, root: identity.root),
                own: own.filter { $0.node.subject == subject })
        } catch let error as WireError {
            throw ExchangeFailure(error)
        }
    }
}

extension ExchangeFailure {
    /// Whether the line or the node's time was short. A new epoch is none of that.
    fileprivate var isPassing: Bool {
        if case .busy = self { return true }
        return isRetryable && code != ErrorCode.epochChanged.rawValue
    }
}

extension ClientIdentity {
    /// Nil for a device, which has no audit.
    fileprivate var auditSigner: AuditSigner? {
        get throws { kind == .branch ? AuditSigner(node: try author, key: key, chain: chain) : nil }
    }
}
