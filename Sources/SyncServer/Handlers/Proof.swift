import SyncCore
import SyncWire

/// A peer's certificate chain and its signature over a nonce of this node: proof of possession of the key.
struct Proof {
    let identity: Identity
    let session: Session

    /// - Parameter expiry: ignored for a renewal, which is how an expired certificate becomes a good one.
    init(
        _ request: WireSessionRequest, root: Roots, tokens: SessionTokens, now: Int64,
        expiry: CertificateChain.Expiry
    ) throws {
        identity = try CertificateChain.verify(request.chain, root: root, expiry: expiry)
        guard let session = Session(identity) else { throw Problem(.untrusted, detail: "HQ opens no session") }
        self.session = session
        let nonce = [UInt8](request.nonce)
        guard identity.key.verifies([UInt8](request.signature), of: nonce, for: .session) else {
            throw Problem(.signatureMismatch)
        }
        guard try tokens.use(nonce: nonce, for: identity.key, now: now) else {
            throw Problem(.unauthenticated, detail: "the nonce is not this node's, too old, or used")
        }
    }
}
