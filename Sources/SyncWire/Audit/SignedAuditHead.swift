import Foundation
import SyncCore

/// How far a node said that its audit goes, as far as it can be trusted to say so.
package struct SignedAuditHead: Hashable, Sendable {
    package let node: Identity
    package let epoch: UInt64
    package let n: Int64
    /// 32 bytes.
    package let chain: [UInt8]
    /// Milliseconds since 1970, by the node's clock.
    package let at: Int64
    /// As it travels.
    package let bytes: [UInt8]

    /// An expired certificate does not unsay what was signed.
    package init(verifying signed: WireSignedAuditHead, root: Roots) throws(WireError) {
        node = try CertificateChain.verify(signed.chain, root: root, expiry: .ignored)
        let content = [UInt8](signed.head)
        guard node.key.verifies([UInt8](signed.signature), of: content, for: .audit) else {
            throw .badSignature("an audit head of \(node.name)")
        }
        guard node.isNode else { throw .untrusted("\(node.name) has no audit") }
        let head = try WireAuditHead(bounded: content)
        guard head.chain.count == 32, 1...Limits.dotNumberMax ~= head.n else {
            throw .malformed("an audit head of \(node.name)")
        }
        epoch = head.epoch
        n = Int64(head.n)
        chain = [UInt8](head.chain)
        at = head.at
        bytes = signed.encoded
    }

    /// - Parameters:
    ///   - n: of the last entry.
    ///   - hash: that chains it.
    package static func sign(
        epoch: UInt64, n: Int64, hash: [UInt8], at: Int64, by key: SigningKey, chain: [WireSignedCertificate]
    ) -> WireSignedAuditHead {
        var head = WireAuditHead()
        head.epoch = epoch
        head.n = UInt64(n)
        head.chain = Data(hash)
        head.at = at
        let bytes = head.encoded
        var signed = WireSignedAuditHead()
        signed.head = Data(bytes)
        signed.signature = Data(key.sign(bytes, for: .audit))
        signed.chain = chain
        return signed
    }
}
