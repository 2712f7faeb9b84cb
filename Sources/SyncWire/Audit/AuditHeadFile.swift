/// Heads that somebody keeps, as the bytes of a file: one frame.
package enum AuditHeadFile {
    package static func bytes(_ heads: [WireSignedAuditHead]) -> [UInt8] {
        var file = WireAuditHeads()
        file.heads = heads
        return Frame.encode(file.encoded)
    }

    package static func heads(_ bytes: [UInt8]) throws(WireError) -> [WireSignedAuditHead] {
        guard bytes.count <= Limits.requestBodyBytesMax else {
            throw .tooLarge(what: "a file of audit heads", limit: Limits.requestBodyBytesMax)
        }
        return try WireAuditHeads(bounded: Frame.decode(bytes, limit: Limits.requestBodyDecompressedBytesMax)).heads
    }
}
