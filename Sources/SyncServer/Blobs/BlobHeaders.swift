import HTTPTypes
import Hummingbird
import SyncStore
import SyncWire

extension HTTPField.Name {
    /// Bytes that are here (draft-ietf-httpbis-resumable-upload).
    static let uploadOffset = known("Upload-Offset")
    /// `?1` when all are.
    static let uploadComplete = known("Upload-Complete")
    static let blobStage = known(BlobStage.header)

    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is a header's name") }
        return name
    }
}

extension NodeServices {
    /// What every answer about a blob says of it.
    func headers(_ blob: VisibleBlob, offset: Int64, complete: Bool) -> HTTPFields {
        var headers: HTTPFields = [
            .uploadOffset: "\(offset)", .uploadComplete: complete ? "?1" : "?0", .acceptRanges: "bytes",
            .cacheControl: "private, immutable",
        ]
        guard complete else { return headers }
        headers[.eTag] = "\"\(blob.hash)\""
        headers[.blobStage] = (identity.isHQ || blob.row?.stage == .hq ? BlobStage.hq : .branch).word
        return headers
    }
}
