import Foundation
import SwiftProtobuf
import SyncCore

/// What a node said that it holds, as far as the node can be trusted to say so.
package struct SignedReceipt: Sendable {
    package let receipt: WireReceipt
    package let node: Identity

    package init(
        verifying signed: WireSignedReceipt, root: Roots, expiry: CertificateChain.Expiry
    ) throws(WireError) {
        node = try CertificateChain.verify(signed.chain, root: root, expiry: expiry)
        let bytes = [UInt8](signed.receipt)
        guard node.key.verifies([UInt8](signed.signature), of: bytes, for: .receipt) else {
            throw .badSignature("a receipt of \(node.name)")
        }
        receipt = try WireReceipt(bounded: bytes)
        try demandSense()
        guard node.isNode, receipt.hq == (node.kind == .hq) else {
            throw .untrusted("\(node.name) may not give such a receipt")
        }
    }

    private func demandSense() throws(WireError) {
        let verdicts = receipt.refusals.map(\.seq)
        guard receipt.hash.count == 32, receipt.seq <= Limits.dotNumberMax,
            verdicts.isStrictlyAscending, receipt.undecided.isStrictlyAscending,
            (verdicts + receipt.undecided).allSatisfy({ receipt.firstSeq <= $0 && $0 <= receipt.seq })
        else { throw .malformed("a receipt of \(node.name)") }
    }

    package static func sign(
        _ receipt: WireReceipt, by key: SigningKey, chain: [WireSignedCertificate]
    ) -> WireSignedReceipt {
        let bytes = receipt.encoded
        var signed = WireSignedReceipt()
        signed.receipt = Data(bytes)
        signed.signature = Data(key.sign(bytes, for: .receipt))
        signed.chain = chain
        return signed
    }
}

extension [UInt64] {
    fileprivate var isStrictlyAscending: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }
}
