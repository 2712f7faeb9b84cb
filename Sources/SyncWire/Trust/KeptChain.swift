/// A certificate chain as the bytes that a store keeps of it: a `SessionRequest` with nothing but its chain.
package enum KeptChain {
    package static func bytes(_ chain: [WireSignedCertificate]) -> [UInt8] {
        var kept = WireSessionRequest()
        kept.chain = chain
        return kept.encoded
    }

    package static func chain(_ bytes: [UInt8]) throws(WireError) -> [WireSignedCertificate] {
        try WireSessionRequest(bounded: bytes).chain
    }
}
