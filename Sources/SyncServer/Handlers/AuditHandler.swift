import Hummingbird
import SyncCore
import SyncStore
import SyncWire

/// `POST /v1/audit`: how far this node's audit goes, and what it keeps of the asker's.
struct AuditHandler {
    let services: NodeServices

    func respond(to request: Request) async throws -> Response {
        let session = try await services.session(of: request)
        let asked = try await services.message(WireAuditRequest.self, of: request)
        let identity = services.identity
        let (kept, own) = try await services.workers.run { try verified(asked, session) }
        let answer = try await services.commit.write { access in
            for head in kept { try access.lookForCut(in: KeptAuditHead(head)) }
            if let own { try access.keep(own) }
            var answer = WireAuditResponse()
            answer.head = try access.auditHead(by: identity.auditSigner)
            if let branch = session.branch {
                answer.kept = try access.auditHeads(of: branch).prefix(Limits.auditHeadsPerRequestMax).map {
                    try WireSignedAuditHead(bounded: $0.bytes)
                }
            }
            return answer
        }
        return try await services.response(answer)
    }

    /// Of the heads that the asker keeps, those that this node signed; and the asker's own.
    private func verified(
        _ asked: WireAuditRequest, _ session: Session
    ) throws -> (kept: [SignedAuditHead], own: SignedAuditHead?) {
        let root = services.identity.root
        let kept = try asked.kept.map { try SignedAuditHead(verifying: $0, root: root) }
        let own = asked.hasOwn ? try SignedAuditHead(verifying: asked.own, root: root) : nil
        if let own, own.node.subject != session.branch {
            throw Problem(.scopeDenied, detail: "an audit head of another node than the asker")
        }
        return (kept.filter { $0.node.subject == services.identity.record }, own)
    }
}

extension NodeIdentity {
    /// By what this node signs the heads of its audit.
    var auditSigner: AuditSigner { AuditSigner(node: record, key: key, chain: chain) }
}
