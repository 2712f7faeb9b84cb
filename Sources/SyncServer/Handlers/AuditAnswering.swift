import SyncCore
import SyncStore
import SyncWire

/// What a node answers about audits: how far its own goes, and what it keeps of the asker's.
struct AuditAnswering: Sendable {
    let identity: NodeIdentity
    let session: Session

    /// Of the heads that the asker keeps, those that this node signed; and the asker's own.
    struct Heads: Sendable {
        let kept: [SignedAuditHead]
        let own: SignedAuditHead?
    }

    func verify(_ asked: WireAuditRequest) throws -> Heads {
        let kept = try asked.kept.map { try SignedAuditHead(verifying: $0, root: identity.root) }
        let own = asked.hasOwn ? try SignedAuditHead(verifying: asked.own, root: identity.root) : nil
        if let own, own.node.subject != session.branch {
            throw Problem(.scopeDenied, detail: "an audit head of another node than the asker")
        }
        return Heads(kept: kept.filter { $0.node.subject == identity.record }, own: own)
    }

    func answer(_ heads: Heads, _ access: WriteAccess) throws -> WireAuditResponse {
        for head in heads.kept { try access.lookForCut(in: KeptAuditHead(head)) }
        if let own = heads.own { try access.keep(own) }
        var answer = WireAuditResponse()
        answer.head = try access.auditHead(by: identity.auditSigner)
        if let branch = session.branch {
            answer.kept = try access.auditHeads(of: branch).prefix(Limits.auditHeadsPerRequestMax).map {
                try WireSignedAuditHead(bounded: $0.bytes)
            }
        }
        return answer
    }
}

extension NodeIdentity {
    /// By what this node signs the heads of its audit.
    var auditSigner: AuditSigner { AuditSigner(node: record, key: key, chain: chain) }
}
